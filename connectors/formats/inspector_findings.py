"""Findings of AWS Inspector: a vulnerable package, a port that can be reached, or a flaw in a function's code.

Shape: Amazon Inspector user guide, "EventBridge event schema for Amazon Inspector events". One record names several
resources; each is a finding, and so is each package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Record, Resource, Status
from connectors.formats.inspector_packages import package_of, platform_of, resource_of
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_STATUSES = {"ACTIVE": Status.OPEN, "SUPPRESSED": Status.SUPPRESSED, "CLOSED": Status.RESOLVED}
_GATEWAY = "AWS::EC2::InternetGateway"
_NOWHERE = Resource(id="")  # until each of the finding's resources takes its place
_NONE = "None Provided"


def read_finding(source: str, told: Wild) -> Iterator[Record]:
    """One finding for each resource, or for each package in it. Raises Unreadable.

    A resource or package that cannot be read is set aside without its siblings.
    """
    kind = told.need("type")
    reader = _READERS.get(kind)
    if reader is None:
        raise told.bad(f"Inspector's kind of finding {kind} is not known here", "type")
    base, account = _base(source, told), told.need("awsAccountId")
    places = [*told.items("resources")]
    if not places:
        raise told.bad("the finding names no resource", "resources")
    yield from each(places, lambda place: reader(replace(base, resource=resource_of(place, account)), told, place))


def _base(source: str, told: Wild) -> Finding:
    word, arn = told.text("severity"), told.need("findingArn")
    severity, status = from_word(word), told.text("status")
    if status not in _STATUSES:
        raise told.bad(f"expected {', '.join(_STATUSES)}", "status")
    advice = told.text("remediation", "recommendation", "text", limit=SUMMARY)
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=told.need("type"),
        title=one_line(told.need("title", limit=400)),
        resource=_NOWHERE,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=told.need("type"),
        source_uid=arn,
        summary=told.text("description", limit=SUMMARY),
        status=_STATUSES[status],
        status_reason="" if status == "ACTIVE" else f"Inspector says {status.lower()}",
        first_seen=told.time("firstObservedAt"),
        last_seen=told.time("lastObservedAt"),
        observed_at=told.time("updatedAt") or told.time("lastObservedAt"),
        remediation_url=told.url("remediation", "recommendation", "Url"),
        remediation_text="" if advice == _NONE else advice,
        pointer=told.pointer(),
    )


def _packages(base: Finding, told: Wild, place: Wild) -> Iterator[Record]:
    """One finding for each package: they are fixed one by one."""
    details = told.at("packageVulnerabilityDetails")
    rule = details.need("vulnerabilityId")
    ids = sorted_ids((rule, *details.texts("relatedVulnerabilities")))
    vector, score = _cvss(told, details)
    severity, severity_from = told_or_scored(base.severity_raw, vector, score)
    found = replace(
        base,
        severity=severity,
        severity_from=severity_from,
        rule_id=rule,
        problem=rule if rule.startswith("CVE-") else ids[0],
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        disclosed_at=details.time("vendorCreatedAt"),
        url=details.url("sourceUrl"),
    )
    packages = [*details.items("vulnerablePackages")]
    if not packages:
        raise details.bad("the vulnerability names no package", "vulnerablePackages")
    yield from each(packages, lambda one: _in_package(found, one, platform_of(place)))


def _cvss(told: Wild, details: Wild) -> tuple[str, float | None]:
    """What Inspector scored for this resource, else the newest version that anybody did."""
    own = told.at("inspectorScoreDetails", "adjustedCvss")
    if own.text("scoringVector"):
        return own.text("scoringVector"), own.number("score")
    listed = [*details.items("cvss")]
    newest = max(listed, key=lambda one: (one.text("version"), one.text("scoringVector")), default=Wild({}))
    return newest.text("scoringVector"), newest.number("baseScore")


def _in_package(found: Finding, told: Wild, platform: str) -> Iterator[Finding]:
    package, path = package_of(told, platform), told.text("filePath", limit=1_000)
    yield replace(
        found,
        package=package,
        resource=replace(found.resource, path=path),
        # Inspector's ARN is of the vulnerability on the resource, whatever packages it sits in
        source_uid="/".join((found.source_uid, package.name, path)),
        locator=(path,) if path else (),
        remediation_text=told.text("remediation", limit=SUMMARY) or found.remediation_text,
    )


def _port(base: Finding, told: Wild, place: Wild) -> Iterator[Finding]:
    details = told.at("networkReachabilityDetails")
    first, last = details.whole("openPortRange", "begin"), details.whole("openPortRange", "end")
    protocol = details.text("protocol").lower()
    ports = f"{first}" if first == last else f"{first}-{last}"
    yield replace(
        base,
        kind=Kind.COMPLIANCE,
        rule_id="NETWORK_REACHABILITY",
        problem=f"network.open-port.{ports}",
        locator=(protocol, ports),
        world_open=any(step.text("componentType") == _GATEWAY for step in details.items("networkPath", "steps")),
        port=first if first == last else None,
        protocol=protocol,
    )


def _code(base: Finding, told: Wild, place: Wild) -> Iterator[Finding]:
    details = told.at("codeVulnerabilityDetails")
    rule = details.text("ruleId") or details.need("detectorId").partition("@")[0]
    path = details.text("filePath", "filePath", limit=1_000)
    resource = replace(base.resource, path=path, line=details.whole("filePath", "startLine"))
    yield replace(base, kind=Kind.CODE, rule_id=rule, problem=rule, resource=resource, locator=(path,))


_READERS: Mapping[str, Callable[[Finding, Wild, Wild], Iterator[Record]]] = {
    "PACKAGE_VULNERABILITY": _packages,
    "NETWORK_REACHABILITY": _port,
    "CODE_VULNERABILITY": _code,
}
