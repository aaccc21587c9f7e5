"""Hosts of a .nessus file and what plugins and checks of a policy saw on them.

Shape: https://static.tenable.com/documentation/nessus_v2_file_format.pdf
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.scanned_hosts import (
    place_of,
    port_at,
    problem_of,
    scanned_host,
    status_of,
    web_place,
)
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.times import read_time
from connectors.wild import Wild

_SEVERITIES = {
    "0": Severity.INFORMATIONAL,
    "1": Severity.LOW,
    "2": Severity.MEDIUM,
    "3": Severity.HIGH,
    "4": Severity.CRITICAL,
}
_VERDICTS = {
    "PASSED": (Status.PASSED, ""),
    "FAILED": (Status.OPEN, ""),
    "WARNING": (Status.UNCHECKED, "Nessus leaves this check to a person"),
    "ERROR": (Status.UNCHECKED, "Nessus could not check this"),
}


@dataclass(frozen=True, slots=True)
class Host:
    """One host of the report. ``scope`` is "" when its scan did not come to an end."""

    resource: Resource
    looked: datetime | None
    scope: str


def host_of(source: str, policy: str, told: Wild) -> Host:
    """A host goes by the name it was scanned under. A scan with another policy, or without its login, sees less.

    Raises Unreadable.
    """
    held = {one.text("@name"): one.text() for one in told.items("HostProperties", "tag")}
    name = told.need("@name")
    place = web_place(name)
    login = "with" if held.get("Credentialed_Scan") == "true" else "without"
    called = held.get("host-fqdn", "")
    host = scanned_host(place.host if place else name, held.get("host-ip", ""), "" if "/" in called else called)
    scope = f"{source} {host.id} {policy} {login} login" if "HOST_END" in held and policy else ""
    return Host(host, _end(held), scope)


def _end(held: dict[str, str]) -> datetime | None:
    """The end of the host's scan, where it is told in a form that says its zone."""
    try:
        return read_time(held.get("HOST_END_TIMESTAMP") or held.get("HOST_END", ""))
    except ValueError:
        return None


def read_item(source: str, host: Host, told: Wild) -> Iterator[Finding]:
    """One plugin on one port. Severity 0 is a fact. A check of a policy has a verdict instead of a severity.

    Raises Unreadable.
    """
    plugin = told.need("@pluginID")
    ids = sorted_ids(one.text() for one in told.items("cve"))
    word = told.text("@severity")
    severity = _SEVERITIES.get(word, Severity.UNKNOWN)
    port, protocol = port_at(told, "@port"), told.text("@protocol").lower()
    check = told.text("compliance-check-name")
    status, reason = _verdict(told) if check else status_of(severity)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE if check else Kind.VULNERABILITY,
        rule_id=plugin,
        rule_name=told.text("@pluginFamily"),
        title=one_line(check or told.text("@pluginName", limit=400) or f"Nessus plugin {plugin}"),
        resource=host.resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, f"nessus-{plugin}" + (f" {check}" if check else "")),
        locator=(place_of(port, protocol) or protocol, check),
        summary=told.first("description", "synopsis", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=_vector(told),
        cvss_score=told.number("cvss3_base_score") or told.number("cvss_base_score"),
        status=status,
        status_reason=reason,
        observed_at=host.looked,
        disclosed_at=_day(told, "vuln_publication_date"),
        url=next((found for one in told.items("see_also") if (found := one.url())), ""),
        remediation_text=_solution(told),
        port=port,
        protocol=protocol,
        scope=host.scope,
        pointer=told.pointer(),
    )


def _verdict(told: Wild) -> tuple[Status, str]:
    word = told.need("compliance-result").upper()
    if word not in _VERDICTS:
        raise told.bad(f"expected {', '.join(_VERDICTS)}", "compliance-result")
    return _VERDICTS[word]


def _vector(told: Wild) -> str:
    return told.text("cvss3_vector") or told.text("cvss_vector").removeprefix("CVSS2#")


def _day(told: Wild, key: str) -> datetime | None:
    """Nessus writes 2014/04/07."""
    try:
        return read_time(text.replace("/", "-")) if (text := told.text(key)) else None
    except ValueError:
        raise told.bad("expected a day, 2014/04/07", key) from None


def _solution(told: Wild) -> str:
    text = told.text("solution", limit=SUMMARY)
    return "" if text.lower() == "n/a" else text
