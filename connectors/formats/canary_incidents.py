"""Incidents of Thinkst Canary's console: somebody touched a canary or a canarytoken.

Shape: https://docs.canary.tools/webhooks/generic.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.text import SUMMARY, one_line
from connectors.times import read_time
from connectors.wild import Wild

_INCIDENTS = ("CanaryIncident", "CanarytokenIncident")
_TEST = "flock:dummyincidentflock"


def read_message(source: str, told: Wild) -> Iterator[Finding]:
    """One message of the console; nothing of one that is no incident. Raises Unreadable."""
    if told.need("AlertType") not in _INCIDENTS:
        return
    name = told.first("CanaryName", "Reminder", "CanaryID", "Token") or told.need("CanaryName")
    rule, at, test = told.first("LogType", "AlertType"), _time(told), told.text("Flock") == _TEST
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=f"canary/{rule}",
        title=one_line(f"{told.text('Description', limit=200) or 'Touched'}: {name}"),
        resource=Resource(
            id=told.first("CanaryID", "Token") or name,
            type="canary" if told.text("CanaryID") else "canarytoken",
            name=name,
            ip=told.text("CanaryIP"),
        ),
        severity=Severity.HIGH,  # nobody has business with a canary: that is what it is for
        severity_from="rule",
        problem=f"canary/{rule}",
        source_uid=told.text("IncidentHash"),
        locator=(told.text("SourceIP"),),
        summary=told.text("Intro", limit=SUMMARY),
        actor=told.text("SourceIP"),
        status=Status.SAMPLE if test else Status.OPEN,
        status_reason="the console's own test" if test else "",
        first_seen=at,
        observed_at=at,
        port=told.whole("CanaryPort"),
        pointer=told.pointer(),
    )


def _time(told: Wild) -> datetime | None:
    """The console writes ``2026-03-02 09:00:00 (UTC)``."""
    text = told.text("Timestamp").removesuffix("(UTC)").strip()
    try:
        return read_time(text) if text else None
    except (ValueError, OverflowError):
        raise told.bad("expected a time, 2026-03-02 09:00:00 (UTC)", "Timestamp") from None
