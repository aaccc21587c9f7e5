"""The vulnerabilities and code weaknesses that an OCSF finding lists, each with each of its packages or places.

Shape: OCSF schema, objects ``vulnerability``, ``cve``, ``cvss``, ``affected_package`` and ``affected_code``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Record, Severity
from connectors.formats.packages import package_from
from connectors.formats.places import Equals
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild


def weaknesses(base: Finding, told: Wild) -> Iterator[Record]:
    """``base`` as it is, or once for each vulnerability, package and place that the finding lists."""
    listed = [*told.items("vulnerabilities")]
    if not listed and told.whole("class_uid") == 2002:
        raise told.bad("the vulnerability finding lists no vulnerability", "vulnerabilities")
    yield from each(listed, partial(_one, base))
    if not listed:
        yield base


def _one(base: Finding, one: Wild) -> Iterator[Record]:
    named = one.text("cve", "uid") or one.text("advisory", "uid")
    return _vulnerability(base, one) if named else _weakness(base, one)


def _vulnerability(base: Finding, one: Wild) -> Iterator[Record]:
    rule = one.text("cve", "uid") or one.text("advisory", "uid")
    ids = sorted_ids((rule, one.text("advisory", "uid")))
    vector, score = _cvss(one.at("cve"))
    severity, severity_from = _severity(base, one, vector, score)
    found = replace(
        base,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        problem=ids[0],
        vuln_ids=ids,
        source_uid="",  # one uid may cover several packages, and several may come or go
        title=one_line(one.text("title", limit=400) or base.title),
        summary=one.text("desc", limit=SUMMARY) or one.text("cve", "desc", limit=SUMMARY) or base.summary,
        severity=severity,
        severity_from=severity_from,
        severity_raw=base.severity_raw or one.text("severity"),
        cvss_vector=vector,
        cvss_score=score,
        disclosed_at=one.time("advisory", "created_time"),
        remediation_text=one.text("remediation", "desc", limit=SUMMARY) or base.remediation_text,
    )
    packages = [*one.items("affected_packages")] or [*one.items("packages")]
    yield from each(packages, partial(_in_package, found))
    if not packages:
        yield found


def _in_package(found: Finding, told: Wild) -> Iterator[Finding]:
    path = told.text("path", limit=1_000)
    yield replace(found, package=_package(told), locator=(path,) if path else ())


def _severity(base: Finding, one: Wild, vector: str, score: float | None) -> tuple[Severity, str]:
    if base.severity is not Severity.UNKNOWN:
        return base.severity, base.severity_from
    return told_or_scored(one.text("severity"), vector, score)


def _cvss(cve: Wild) -> tuple[str, float | None]:
    """Vector and base score of the newest version told; before OCSF 1.0 it was one object."""
    told = [cve.at("cvss")] if isinstance(cve.get("cvss"), dict) else [*cve.items("cvss")]
    newest = max(told, key=lambda one: (one.text("version"), one.text("vector_string")), default=Wild({}))
    return newest.text("vector_string"), newest.number("base_score")


def _package(told: Wild) -> Package:
    version, release, epoch = told.text("version"), told.text("release"), told.text("epoch")
    installed = f"{version}-{release}" if version and release else version
    return package_from(
        told.text("purl", limit=2_000),
        name=told.need("name"),
        installed=f"{epoch}:{installed}" if epoch not in {"", "0"} and installed else installed,
        fixed_in=told.text("fixed_in_version"),
    )


def _weakness(base: Finding, one: Wild) -> Iterator[Record]:
    """What has no name of its own: a flaw in code, known by its rule or its CWE, and by its file."""
    named = one.text("cwe", "uid") or base.rule_id
    found = replace(base, title=one_line(one.text("title", limit=400) or base.title), rule_id=named, problem=named)
    places = [*one.items("affected_code")]
    yield from each(places, partial(_in_code, found, Equals()))
    if not places:
        yield found


def _in_code(found: Finding, equals: Equals, place: Wild) -> Iterator[Finding]:
    rule = place.text("rule", "uid") or place.text("rule", "name") or found.rule_id
    path = place.at("file").first("path", "name", limit=1_000)
    resource = replace(found.resource, path=path, line=place.whole("start_line"))
    locator = (path, found.source_uid, equals.number(rule, path))
    own = replace(found, kind=Kind.CODE, rule_id=rule, problem=rule, resource=resource)
    yield replace(own, source_uid="", locator=locator)
