"""Thinkst Canary: somebody touched a canary or a canarytoken, posted by the console's generic webhook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.quarantine import each
from connectors.signing import path_token, query_token
from connectors.text import SUMMARY, one_line
from connectors.times import read_time
from connectors.wild import Wild

ID = "thinkst-canary"
_INCIDENTS = ("CanaryIncident", "CanarytokenIncident")
_TEST = "flock:dummyincidentflock"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One message. Records of the console's audit trail, which the same webhook may carry, are no alerts."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or "AlertType" not in body.value:
        raise UnknownShape("no message of a Canary console: AlertType is not there")
    return each([body], _read)


def _read(told: Wild) -> Iterator[Finding]:
    if told.need("AlertType") not in _INCIDENTS:
        return
    name = told.first("CanaryName", "Reminder", "CanaryID", "Token") or told.need("CanaryName")
    rule, at, test = told.first("LogType", "AlertType"), _time(told), told.text("Flock") == _TEST
    yield Finding(
        source=ID,
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


SOURCE = Source(
    id=ID,
    title="Thinkst Canary",
    family=Family.NETWORK,
    arrives="incidents of canaries and canarytokens",
    kinds=(Kind.DETECTION,),
    unconfirmed="that the console can send a header of its own, so the secret stands in the address",
    vendor_docs="https://docs.canary.tools/webhooks/generic.html",
    verifiers=(path_token(), query_token()),
    parse=parse,
    docs=(
        "In the console, switch on webhook notifications of a flock, or globally, and add a generic webhook with this "
        "address followed by a slash and the secret."
    ),
)
