"""What OSV-Scanner found in one package, each of OSV's entries read into a finding.

Shapes: OSV-Scanner's ``pkg/models/results.go`` around entries in the OSV schema (https://ossf.github.io/osv-schema/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from connectors.contract.finding import Finding, Kind, Package, Record, Status
from connectors.formats.json_paths import At
from connectors.formats.packages import installed_purl
from connectors.formats.places import Equals
from connectors.formats.reports import Report
from connectors.formats.scanned import Scanned
from connectors.formats.severities import score_of, told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.quarantine import each_placed
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_PACKAGES = "results[].packages[]"


@dataclass(frozen=True, slots=True)
class Found:
    """One package in one lock file, SBOM or image. ``scores`` are the highest of each group of equal entries."""

    target: Scanned
    path: str
    name: str
    version: str
    ecosystem: str
    scores: Mapping[str, float | None]  # by the entry's id


def read_packages(source: str, report: Report, target: Scanned) -> Iterator[Record]:
    """The vulnerabilities of every package; one that has no name is set aside."""
    sources = report.heads("results[]", "source.path")
    packages: dict[At, Found] = {}
    heads = report.heads(_PACKAGES, "package", "groups")
    yield from each_placed(heads, lambda at, head: _found(target, sources.get(at[:2], Wild({})), head), packages)
    readers = {f"{_PACKAGES}.vulnerabilities[]": partial(_vulnerability, source, Equals())}
    yield from report.within(packages, readers)


def _found(target: Scanned, source: Wild, head: Wild) -> Found:
    scores: dict[str, float | None] = {}
    for group in head.items("groups"):
        score = group.number("max_severity")
        scores |= dict.fromkeys(group.texts("ids"), score)
    return Found(
        target=target,
        path=source.text("source", "path", limit=1_000),
        name=head.need("package", "name"),
        version=head.at("package").first("version", "commit"),
        ecosystem=head.text("package", "ecosystem"),
        scores=scores,
    )


def _vulnerability(source: str, equals: Equals, found: Found, told: Wild) -> Iterator[Finding]:
    """One entry. Two versions of a package in one lock file are told apart by their order."""
    rule = told.need("id")
    ids = sorted_ids((rule, *told.texts("aliases"), *told.texts("upstream")))
    vector = _vector(told)
    score = score_of(vector) if vector else found.scores.get(rule)
    word = told.text("database_specific", "severity")
    severity, severity_from = told_or_scored(word, vector, score)
    withdrawn = told.time("withdrawn") is not None
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(told.text("summary", limit=400) or f"{problem_of(rule, ids)} in {found.name}"),
        resource=found.target.at(found.path),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        locator=(found.path, equals.number(rule, found.name, found.path)),
        summary=told.text("details", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=_package(found, told),
        status=Status.PASSED if withdrawn else Status.OPEN,
        status_reason="the advisory was withdrawn" if withdrawn else "",
        disclosed_at=told.time("published"),
        url=f"https://osv.dev/vulnerability/{rule}" if rule.replace("-", "").replace(":", "").isalnum() else "",
        scope=found.target.scope,
        pointer=told.pointer(),
        warnings=found.target.warnings,
    )


def _vector(told: Wild) -> str:
    """Of the newest version of CVSS: ``severity[].type`` is ``CVSS_V2``, ``CVSS_V3`` or ``CVSS_V4``."""
    held = [(one.text("type"), one.text("score")) for one in told.items("severity")]
    return max((one for one in held if one[0].startswith("CVSS_")), default=("", ""))[1]


def _package(found: Found, told: Wild) -> Package:
    affected = [one for one in told.items("affected") if _is_about(found, one)]
    fixed = [
        event.text("fixed")
        for one in affected
        for span in one.items("ranges")
        if span.text("type") != "GIT"
        for event in span.items("events")
    ]
    purl = next((text for one in affected if (text := one.text("package", "purl", limit=2_000))), "")
    return Package(
        name=found.name,
        installed=found.version,
        fixed_in=", ".join(dict.fromkeys(filter(None, fixed))),
        purl=installed_purl(purl, found.version, found.ecosystem),
        ecosystem=found.ecosystem,
    )


def _is_about(found: Found, affected: Wild) -> bool:
    """An entry may tell of many packages, and of one package in many releases of a distribution."""
    told = affected.at("package")
    return told.text("name") == found.name and told.text("ecosystem") == found.ecosystem
