"""One threat of SentinelOne, or one activity that tells of a threat or of a custom rule's alert, read into a finding.

Shapes: SentinelOne's API, ``threats`` and ``activities``; all their keys in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_FALSE_POSITIVE = "a false positive, says SentinelOne's analyst"


def lower_keys(value: Any) -> Any:
    """The same with lower-case keys: some ways of forwarding change their case."""
    if isinstance(value, dict):
        return {key.lower(): lower_keys(held) for key, held in value.items()}
    return [lower_keys(held) for held in value] if isinstance(value, list) else value


def read_record(source: str, told: Wild) -> Iterator[Finding]:
    """A threat, or an activity that tells of one; all other activities (scans, logins, updates) are no alerts.

    Raises Unreadable.
    """
    if told.get("threatinfo") is not None:
        yield _threat(source, told, told.at("threatinfo"))
        return
    told.need("activitytype")
    found = told.at("data") if told.get("data") is not None else Wild({}, told, "data")
    if found.text("ruleid") and found.text("alertid"):
        yield _rule(source, told, found)
    elif found.text("threatclassification") or found.text("filecontenthash"):
        yield _activity(source, told, found)


def _host(told: Wild, name: str, address: str = "") -> Resource:
    name = name or told.need("agentid")
    return Resource(id=name, type="host", name=name, provider="host", ip=address)


def _threat(source: str, told: Wild, info: Wild) -> Finding:
    name = info.text("threatname") or info.need("threatid")
    status, reason = _status(info)
    realtime, detected = told.at("agentrealtimeinfo"), told.at("agentdetectioninfo")
    host = realtime.first("agentcomputername", "computername", "agentid") or realtime.need("agentcomputername")
    techniques = (
        one
        for mark in told.items("indicators")
        for tactic in mark.items("tactics")
        for one in tactic.items("techniques")
    )
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id="threat",
        title=one_line(f"{info.text('classification') or 'Threat'}: {name}"),
        resource=_host(realtime, host, detected.text("agentipv4")),
        problem=info.first("sha1", "sha256", "md5") or name,
        source_uid=info.first("threatid") or told.need("id"),
        rule_name=info.text("classification"),
        summary=info.text("filepath", limit=SUMMARY),
        confidence=info.text("confidencelevel"),
        actor=info.text("processuser"),
        process=info.text("originatorprocess"),
        mitre=tuple(sorted({name for one in techniques if (name := one.text("name"))})),
        status=status,
        status_reason=reason,
        first_seen=info.time("identifiedat") or info.time("createdat"),
        observed_at=info.time("updatedat") or info.time("identifiedat"),
        pointer=told.pointer(),
    )


def _status(info: Wild) -> tuple[Status, str]:
    mitigation = info.text("mitigationstatus").lower()
    if info.text("analystverdict").lower() == "false_positive" or mitigation == "marked_as_benign":
        return Status.SUPPRESSED, _FALSE_POSITIVE
    if info.text("incidentstatus").lower() == "resolved":
        return Status.RESOLVED, "resolved in SentinelOne"
    return Status.OPEN, mitigation.replace("_", " ")


def _activity(source: str, told: Wild, found: Wild) -> Finding:
    name = found.first("filedisplayname", "threatname") or found.need("filedisplayname")
    at = told.time("updatedat") or told.time("createdat")
    status, reason = _changed(told, found)
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id="threat",
        title=one_line(f"{found.text('threatclassification') or 'Threat'}: {name}"),
        resource=_host(told, found.text("computername")),
        problem=found.text("filecontenthash") or name,
        source_uid=told.need("threatid"),
        rule_name=found.text("threatclassification"),
        summary=found.text("filepath", limit=SUMMARY),
        confidence=found.text("confidencelevel"),
        status=status,
        status_reason=reason,
        first_seen=told.time("createdat"),
        observed_at=at,
        pointer=told.pointer(),
    )


def _changed(told: Wild, found: Wild) -> tuple[Status, str]:
    """What people made of a threat, which is an activity of its own; all others tell that it is there."""
    before, now = found.text("oldanalystverdict").lower(), found.text("newanalystverdict").lower()
    if now == "false_positive":
        return Status.SUPPRESSED, _FALSE_POSITIVE
    if now and before != "false_positive":
        return Status.UNCHECKED, "an analyst's verdict does not say whether it is resolved"
    if found.text("newincidentstatus").lower() == "resolved":
        return Status.RESOLVED, "resolved in SentinelOne"
    words = told.text("primarydescription")
    return Status.OPEN, words if "itigated" in words else ""


def _rule(source: str, told: Wild, found: Wild) -> Finding:
    """An alert of a custom rule (STAR); its severity reads ``E_CRITICAL``."""
    word = found.text("severity").removeprefix("E_")
    severity, rule = from_word(word), found.need("ruleid")
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=f"rule/{rule}",
        title=one_line(found.text("rulename", limit=400) or f"SentinelOne rule {rule}"),
        resource=_host(told, found.text("computername"), found.text("agentipv4")),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=f"sentinelone-rule-{rule}",
        source_uid=found.need("alertid"),
        summary=told.text("primarydescription", limit=SUMMARY),
        first_seen=found.time("detectedat"),
        observed_at=told.time("updatedat") or told.time("createdat"),
        pointer=told.pointer(),
    )
