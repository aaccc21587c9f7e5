"""PagerDuty: incidents of the services that a webhook subscription (version 3) listens to.

Shape: PagerDuty developer docs, "Webhooks overview" (V3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import hmac_sha256
from connectors.text import one_line
from connectors.wild import Wild

ID = "pagerduty"
_PRIORITIES = {  # PagerDuty's own names; an account may have others, and those stay unknown unless they are severities
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.MEDIUM,
    "P4": Severity.LOW,
    "P5": Severity.INFORMATIONAL,
}
_STATES = {"triggered": Status.OPEN, "acknowledged": Status.OPEN, "resolved": Status.RESOLVED}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One incident. Notes, responders, status updates, services and PagerDuty's ping tell of none."""
    body = Wild(opened.body, opened.pointer)
    told = body.value.get("event") if isinstance(body.value, dict) else None
    if not isinstance(told, dict) or not isinstance(told.get("event_type"), str) or "data" not in told:
        raise UnknownShape("no event with an event_type and data, as PagerDuty's V3 webhooks send it")
    if not told["event_type"].startswith("incident."):
        return ()
    return each([body.at("event")], _read)


def _read(told: Wild) -> Iterator[Finding]:
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
        source=ID,
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


def _delivery(headers: Headers, body: Any) -> str:
    told = body.get("event") if isinstance(body, dict) else None
    named = told.get("id") if isinstance(told, dict) else None
    return named if isinstance(named, str) else ""


SOURCE = Source(
    id=ID,
    title="PagerDuty",
    family=Family.OBSERVABILITY,
    arrives="incidents (V3 webhooks)",
    kinds=(Kind.DETECTION,),
    says_gone="`resolved`",
    vendor_docs="https://developer.pagerduty.com/docs/webhooks-overview",
    verifiers=(hmac_sha256("x-pagerduty-signature", prefix="v1="),),
    parse=parse,
    delivery_id=_delivery,
    docs=(
        "Under Integrations, Generic Webhooks (v3), add a webhook with this address, scoped to the services that raise "
        "security incidents, with all incident events. PagerDuty shows its signing secret once: that is the secret."
    ),
)
