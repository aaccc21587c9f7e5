"""Trivy's three kinds of record read into findings: vulnerable packages, failed checks, leaked secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Record, Status
from connectors.formats.control_families import control_name, family_of
from connectors.formats.json_paths import At
from connectors.formats.places import Equals
from connectors.formats.reports import Report
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.trivy_packages import names_of, package
from connectors.formats.trivy_report import HEAD, RESULT, Artifact, Result, artifact_of, result_of
from connectors.formats.trivy_snapshots import looked_for, scope_of
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each_head, set_aside
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

# Trivy's names of package kinds -> OSV's words; distributions and the rest keep their own
ECOSYSTEMS = {
    **dict.fromkeys(("npm", "node-pkg", "yarn", "pnpm", "bun"), "npm"),
    **dict.fromkeys(("pip", "python-pkg", "pipenv", "poetry", "uv", "conda-pkg"), "PyPI"),
    **dict.fromkeys(("gomod", "gobinary"), "Go"),
    **dict.fromkeys(("jar", "pom", "gradle", "sbt"), "Maven"),
    **dict.fromkeys(("bundler", "gemspec"), "RubyGems"),
    **dict.fromkeys(("cargo", "rustbinary"), "crates.io"),
    **dict.fromkeys(("composer", "composer-vendor"), "Packagist"),
    **dict.fromkeys(("nuget", "dotnet-core", "packages-props"), "NuGet"),
    "alma": "AlmaLinux",
    "alpine": "Alpine",
    "amazon": "Amazon Linux",
    "debian": "Debian",
    "hex": "Hex",
    "pub": "Pub",
    "redhat": "Red Hat",
    "rocky": "Rocky Linux",
    "swift": "SwiftURL",
    "ubuntu": "Ubuntu",
}
_UNAFFECTED = {"not_affected": Status.PASSED}
_VERDICTS = {"PASS": Status.PASSED, "EXCEPTION": Status.SUPPRESSED}
_CVSS_KEYS = (("V40Vector", "V40Score"), ("V3Vector", "V3Score"), ("V2Vector", "V2Score"))


def read_artifact(source: str, report: Report) -> Iterator[Record]:
    """All that a report tells of one artifact; each class of records that it looked for is a snapshot of it."""
    head = report.head(*HEAD)
    try:
        artifact = artifact_of(head, report.named)
    except Unreadable as error:
        yield set_aside(error, head)
        return
    results: dict[At, Result] = {}
    yield from each_head(report.heads("Results[]", *RESULT), result_of, results)
    yield from report.within(results, _readers(source, artifact))
    yield from looked_for(report, artifact, results.values())


def _readers(source: str, artifact: Artifact) -> Mapping[str, Callable[[Result, Wild], Iterable[Record]]]:
    """What reads the records of a result, by the paths at which they lie; it raises Unreadable."""
    names = names_of(artifact)
    return {
        "Results[].Vulnerabilities[]": partial(vulnerability, source, artifact),
        "Results[].Misconfigurations[]": partial(misconfiguration, source, Equals(), artifact),
        "Results[].Secrets[]": partial(secret, source, artifact),
        "Results[].Packages[]": lambda _, told: package(names, told),
    }


def vulnerability(source: str, artifact: Artifact, result: Result, told: Wild) -> Iterator[Finding]:
    """One vulnerability of one package."""
    rule = told.need("VulnerabilityID")
    ids = sorted_ids((rule, *told.texts("VendorIDs")))
    vector, score = cvss_of(told)
    word = told.text("Severity")
    severity, severity_from = told_or_scored(word, vector, score)
    state = told.text("Status")
    path = told.text("PkgPath", limit=1_000) or (result.target if result.kind == "lang-pkgs" else "")
    package = Package(
        name=told.need("PkgName"),
        installed=told.text("InstalledVersion"),
        fixed_in=told.text("FixedVersion"),
        purl=told.text("PkgIdentifier", "PURL", limit=2_000),
        ecosystem=ECOSYSTEMS.get(result.type, result.type),
    )
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(told.text("Title", limit=400) or f"{rule} in {package.name}"),
        resource=replace(artifact.resource, path=path) if path else artifact.resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule if rule.startswith("CVE-") else ids[0],
        locator=(path,),
        summary=told.text("Description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        status=_UNAFFECTED.get(state, Status.OPEN),
        status_reason=state,
        disclosed_at=told.time("PublishedDate"),
        url=told.url("PrimaryURL"),
        scope=scope_of(artifact, "Vulnerabilities"),
        observed_at=artifact.observed_at,
        pointer=told.pointer(),
        warnings=artifact.warnings,
    )


def cvss_of(told: Wild, listed: str = "CVSS") -> tuple[str, float | None]:
    """Newest version, the national database's word before a vendor's; ``listed`` is the key they stand under."""
    held = told.get(listed)
    if held is None:
        return "", None
    if not isinstance(held, dict):
        raise told.wrong("an object", held, listed)
    names = sorted(held, key=lambda name: (name != "nvd", name))
    for vector_key, score_key in _CVSS_KEYS:
        for name in names:
            if vector := told.text(listed, name, vector_key):
                return vector, told.number(listed, name, score_key)
    return "", None


def misconfiguration(source: str, equals: Equals, artifact: Artifact, result: Result, told: Wild) -> Iterator[Finding]:
    """One check of one configuration file, once for each block that fails it. No running system does."""
    rule = control_name(told.first("AVDID", "ID") or told.need("ID"))
    family = family_of(rule)
    word = told.text("Severity")
    severity = from_word(word)
    cause = told.at("CauseMetadata")
    resource = cause.text("Resource")
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("Title", limit=400) or rule),
        resource=replace(artifact.resource, path=result.target, line=cause.whole("StartLine")),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=family.problem,
        locator=(result.target, resource, equals.further(rule, result.target, resource)),
        summary=told.text("Message", limit=SUMMARY) or told.text("Description", limit=SUMMARY),
        world_open=family.world_open,
        status=_VERDICTS.get(told.text("Status").upper(), Status.OPEN),
        url=told.url("PrimaryURL"),
        remediation_text=told.text("Resolution", limit=SUMMARY),
        port=family.port,
        protocol=family.protocol,
        scope=scope_of(artifact, "Misconfigurations"),
        observed_at=artifact.observed_at,
        pointer=told.pointer(),
        warnings=artifact.warnings,
    )


def secret(source: str, artifact: Artifact, result: Result, told: Wild) -> Iterator[Finding]:
    """One leaked credential. Of ``Match`` and ``Code``, which Trivy censors not always well, only a digest stays."""
    rule = told.need("RuleID")
    word = told.text("Severity")
    severity = from_word(word)
    print_ = hashlib.sha256(told.text("Match", limit=2_000).encode()).hexdigest()[:16]
    yield Finding(
        source=source,
        kind=Kind.SECRET,
        rule_id=rule,
        title=one_line(f"{told.text('Title') or rule} in {result.target}"),
        resource=replace(artifact.resource, path=result.target, line=told.whole("StartLine")),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(result.target, rule, print_),
        scope=scope_of(artifact, "Secrets"),
        observed_at=artifact.observed_at,
        pointer=told.pointer(),
        warnings=artifact.warnings,
    )
