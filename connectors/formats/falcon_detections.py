"""One detection of CrowdStrike Falcon read into a finding, from a message of its event streams or of a workflow.

Shapes: Falcon's event streams, ``DetectionSummaryEvent`` and its kin (Epp, Idp, Xdr).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# Lower ends of Falcon's bands; before them stood 1 to 5, and both are still sent.
_BANDS = ((80, Severity.CRITICAL), (60, Severity.HIGH), (40, Severity.MEDIUM), (20, Severity.LOW))
_STEPS = (Severity.INFORMATIONAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_STATUSES: Mapping[str, Status] = {
    "closed": Status.RESOLVED,
    "false_positive": Status.SUPPRESSED,
    "ignored": Status.SUPPRESSED,
}
_SAMPLE = "Non-malicious sample detection generated for evaluation purposes."
_NO_ALERTS = ("Audit", "RemoteResponseSession", "FirewallMatch", "HashSpread", "ScheduledReport", "CSPMSearch")


def read_message(source: str, told: Wild) -> Iterator[Finding]:
    """One message; those of audits and sessions are no alerts. Raises Unreadable, also for a kind that is not read."""
    kind = told.text("metadata", "eventType") or told.first("fdr_event_type", "ExternalApiType")
    if any(word in kind for word in _NO_ALERTS):
        return
    seen = next((told.at(key) for key in ("event", "data") if isinstance(told.get(key), dict)), told)
    if kind and "Detection" not in kind:
        raise told.bad(f"messages of the kind {kind} are not read")
    yield _finding(source, told, seen)


def _finding(source: str, told: Wild, seen: Wild) -> Finding:
    name = _known(seen.first("Name", "DetectName")) or _known(seen.text("Technique")) or seen.need("Name")
    severity, severity_raw = _severity(seen)
    status, reason = _status(seen)
    at = told.time("metadata", "eventCreationTime") or seen.time("timestamp") or seen.time("UTCTimestamp")
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=name,
        title=one_line(seen.text("Description", limit=400) or name),
        resource=_resource(seen),
        severity=severity,
        severity_raw=severity_raw,
        severity_from="source" if severity else "unknown",
        problem=f"crowdstrike {name}",
        source_uid=seen.first("CompositeId", "DetectId") or seen.need("CompositeId"),
        rule_name=_known(seen.text("Objective")),
        summary=seen.text("CommandLine", limit=SUMMARY),
        actor=seen.first("UserName", "SourceAccountName"),
        process=seen.text("FileName"),
        mitre=tuple(one for key in ("Tactic", "Technique") if (one := _known(seen.text(key)))),
        status=status,
        status_reason=reason,
        first_seen=seen.time("ProcessStartTime"),
        last_seen=at,
        observed_at=at,
        url=seen.url("FalconHostLink"),
        pointer=told.pointer(),
    )


def _resource(seen: Wild) -> Resource:
    """The host; of a detection about an identity, which may name none, the account; of one of XDR its first sensor."""
    host = seen.first("Hostname", "ComputerName", "AgentIdString", "SensorId", "SourceEndpointHostName", "LocalIP")
    if not host and (account := seen.first("SourceAccountUpn", "SourceAccountName")):
        domain = seen.text("SourceAccountDomain")
        name = account if not domain or "@" in account else f"{account}@{domain}"
        return Resource(id=name, type="user", name=name, provider="crowdstrike")
    host = host or seen.text("SensorIds").partition(",")[0] or seen.need("Hostname")
    return Resource(id=host, type="host", name=host, provider="host", ip=seen.text("LocalIP"))


def _known(text: str) -> str:
    return "" if text in ("N/A", "NA") else text


def _severity(seen: Wild) -> tuple[Severity, str]:
    word, number = seen.text("SeverityName"), seen.number("Severity") if _is_number(seen) else None
    if named := from_word(word or seen.text("Severity")):
        return named, word or seen.text("Severity")
    if number is None or number < 1:
        return Severity.UNKNOWN, word or seen.text("Severity")
    if number <= len(_STEPS):
        return _STEPS[int(number) - 1], f"{number:g}"
    found = next((severity for least, severity in _BANDS if number >= least), Severity.INFORMATIONAL)
    return found, f"{number:g}"


def _is_number(seen: Wild) -> bool:
    """A workflow may put the word where the stream has the number."""
    value = seen.get("Severity")
    return not isinstance(value, str) or value.replace(".", "", 1).isdecimal()


def _status(seen: Wild) -> tuple[Status, str]:
    if seen.text("Description") == _SAMPLE:
        return Status.SAMPLE, "Falcon's own sample"
    word = seen.text("Status").lower()
    found = _STATUSES.get(word, Status.OPEN)
    return found, f"{word.replace('_', ' ')} in Falcon" if word in _STATUSES else seen.text(
        "PatternDispositionDescription"
    )
