"""Vulnerabilities of devices, as Microsoft Defender for Endpoint's API and its exports tell them.

Shape: https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-software-vulnerabilities
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_STATUSES = {"": Status.OPEN, "New": Status.OPEN, "Updated": Status.OPEN, "Fixed": Status.RESOLVED}


def read_vulnerability(source: str, told: Wild) -> Iterator[Finding]:
    """A vulnerability of a software on a device; the assessment also lists software without. Raises Unreadable."""
    rule = told.text("cveId") if told.get("deviceId") is not None else told.need("cveId")
    if not rule:
        return
    name, word = told.first("softwareName", "productName"), told.first("vulnerabilitySeverityLevel", "severity")
    severity, severity_from = told_or_scored(word, "", told.number("cvssScore"))
    status, update = told.text("status"), told.first("recommendedSecurityUpdateId", "fixingKbId")
    if status not in _STATUSES:
        raise told.bad(f"expected one of {', '.join(filter(None, _STATUSES))}", "status")
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {name}"),
        resource=_device(told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        source_uid=told.need("id", limit=1_000),
        summary="\n".join(filter(None, (told.text("exploitabilityLevel"), *told.texts("diskPaths"))))[:SUMMARY],
        vuln_ids=sorted_ids((rule,)),
        cvss_score=told.number("cvssScore"),
        package=Package(name=_software(told), installed=told.first("softwareVersion", "productVersion")),
        status=_STATUSES[status],
        status_reason=status,
        first_seen=told.time("firstSeenTimestamp"),
        last_seen=told.time("lastSeenTimestamp"),
        observed_at=told.time("eventTimestamp"),
        remediation_url=told.url("recommendedSecurityUpdateUrl"),
        remediation_text=" ".join(filter(None, (told.text("recommendedSecurityUpdate"), update and f"KB{update}"))),
        pointer=told.pointer(),
    )


def _device(told: Wild) -> Resource:
    """By its name, under which everybody else knows it; by Defender's id where only that is told."""
    name, id_ = told.text("deviceName"), told.first("deviceId", "machineId") or told.need("machineId")
    return Resource(id=name.lower() or id_, type="host", name=name or id_, provider="host")


def _software(told: Wild) -> str:
    """``google/chrome``: names of software are the vendor's."""
    name = told.first("softwareName", "productName") or told.need("softwareName")
    return "/".join(filter(None, (told.first("softwareVendor", "productVendor"), name)))
