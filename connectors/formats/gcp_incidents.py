"""Incidents of Google Cloud Monitoring's alerting policies, in version 1.2 of its webhook's body.

Shape: https://docs.cloud.google.com/monitoring/support/notification-options
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Status
from connectors.formats.gcp_names import monitored
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_STATES = {"open": Status.OPEN, "acknowledged": Status.OPEN, "closed": Status.RESOLVED}


def read_incident(source: str, body: Wild) -> Iterator[Finding]:
    """An incident is known by condition, resource and metric: an incident that opens again gets another id.

    Raises Unreadable.
    """
    told = body.at("incident")
    state = told.need("state").lower()
    if state not in _STATES:
        raise told.bad(f"expected {', '.join(_STATES)}", "state")
    word, labels = told.text("severity"), told.pairs("resource", "labels")
    severity = from_word(word)
    policy = told.text("policy_name") or told.need("condition_name")
    rule = told.text("condition", "name") or f"{policy}/{told.text('condition_name')}"
    status, reason = _STATES[state], "the incident is closed" if state == "closed" else ""
    if body.text("version") == "test":
        status, reason = Status.SAMPLE, "Cloud Monitoring's own test"
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        rule_name=told.text("condition_name"),
        title=one_line(policy),
        resource=monitored(
            told.text("resource", "type") or "resource", labels, told.text("scoping_project_id") or "project"
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=policy,
        locator=tuple(f"{key}={value}" for key, value in sorted(told.pairs("metric", "labels").items()) if value),
        summary=told.text("summary", limit=SUMMARY),
        status=status,
        status_reason=reason,
        first_seen=told.time("started_at") if told.get("started_at") else None,
        observed_at=told.time("ended_at") if told.get("ended_at") else told.time("started_at"),
        url=told.url("url"),
        remediation_text=_advice(told),
        pointer=told.pointer(),
    )


def _advice(told: Wild) -> str:
    """The policy's documentation: an object, and in the test of a channel a text."""
    at = ("documentation",) if isinstance(told.get("documentation"), str) else ("documentation", "content")
    return told.text(*at, limit=SUMMARY)
