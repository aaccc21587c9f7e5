"""One detection of Qualys, whichever of its reports tells it: the same host, QID and port are the same finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.scanned_hosts import FACT, place_of, problem_of, scanned_host
from connectors.text import one_line

# Qualys' levels: 1 minimal, 2 medium, 3 serious, 4 critical, 5 urgent; as the field reads them
_LEVELS = {
    "1": Severity.INFORMATIONAL,
    "2": Severity.LOW,
    "3": Severity.MEDIUM,
    "4": Severity.HIGH,
    "5": Severity.CRITICAL,
}
_FACTS = frozenset({"info", "ig", "information gathered", "practice info"})
_GONE = frozenset({"fixed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What the reports tell of a detection, each under its own names; "" is what a report does not tell."""

    qid: str
    resource: Resource
    port: int | None
    protocol: str
    title: str = ""
    level: str = ""
    kind: str = ""  # Confirmed, Potential, Info …
    state: str = ""  # New, Active, Re-Opened, Fixed
    is_ignored: bool = False
    ids: tuple[str, ...] = ()
    summary: str = ""
    solution: str = ""
    vector: str = ""
    score: float | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None


def qualys_host(dns: str, ip: str, called: str = "") -> Resource:
    """A host goes by its name in DNS, else by its address. Of several addresses in one cell the first is meant."""
    address = ip.partition(",")[0].strip()
    return scanned_host(dns or address, address, dns or called)


def finding_of(source: str, told: Detection, pointer: str) -> Finding:
    """The finding of one detection."""
    severity = _LEVELS.get(told.level, Severity.UNKNOWN)
    status, reason = _status(told)
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=told.qid,
        title=one_line(told.title or f"Qualys QID {told.qid}"),
        resource=told.resource,
        severity=severity,
        severity_raw=told.level,
        severity_from="source" if severity else "unknown",
        problem=problem_of(told.ids, f"qualys-{told.qid}"),
        locator=(place_of(told.port, told.protocol),),
        summary=told.summary,
        confidence=told.kind.lower(),
        vuln_ids=told.ids,
        cvss_vector=told.vector,
        cvss_score=told.score,
        status=status,
        status_reason=reason,
        first_seen=told.first_seen,
        last_seen=told.last_seen,
        observed_at=told.last_seen,
        remediation_text=told.solution,
        port=told.port,
        protocol=told.protocol.lower() if told.port else "",
        pointer=pointer,
    )


def _status(told: Detection) -> tuple[Status, str]:
    if told.is_ignored:
        return Status.SUPPRESSED, "ignored or disabled in Qualys"
    if told.kind.lower() in _FACTS:
        return Status.PASSED, FACT
    return (Status.RESOLVED if told.state.lower() in _GONE else Status.OPEN), told.state
