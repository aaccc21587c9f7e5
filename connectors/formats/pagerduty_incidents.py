"""One incident of PagerDuty read into a finding on its service.

Shape: PagerDuty developer docs, "Webhooks overview" (V3).
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.text import one_line
from connectors.wild import Wild

_PRIORITIES = {  # PagerDuty's own names; an account may have others, and those stay unknown unless they are severities
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.MEDIUM,
    "P4": Severity.LOW,
    "P5": Severity.INFORMATIONAL,
}
_STATES = {"triggered": Status.OPEN, "acknowledged": Status.OPEN, "resolved": Status.RESOLVED}


def read_incident(source: str, told: Wild) -> Iterator[Finding]:
    """The incident in what the webhook holds under ``event``; none where its ``data`` is no incident itself.

    Raises Unreadable.
    """
    incident, occurred = told.at("data"), told.time("occurred_at")
    if incident.text("type") != "incident":
        return
    rule = incident.text("incident_key") or incident.need("id")
    priority = incident.text("priority", "summary")
    severity = _PRIORITIES.get(priority.upper(), from_word(priority))
    status = incident.need("status").lower()
    if status not in _STATES:
        raise incident.bad(f"expected one of {', '.join(_STATES)}", "status")
    gone = _STATES[status] is Status.RESOLVED
    service = incident.at("service")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(incident.need("title", limit=400)),
        resource=Resource(id=service.need("id"), type="service", name=service.text("summary"), provider="pagerduty"),
        severity=severity,
        severity_raw=priority or incident.text("urgency"),
        severity_from="source" if severity else "unknown",
        problem=rule,
        status=_STATES[status],
        status_reason="resolved in PagerDuty" if gone else "",
        first_seen=incident.time("created_at"),
        last_seen=occurred if gone else None,
        observed_at=occurred,
        url=incident.url("html_url"),
        pointer=incident.pointer(),
    )
