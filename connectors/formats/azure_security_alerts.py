"""One security alert of Microsoft Defender for Cloud read into a finding.

Shapes: Azure REST API, Microsoft.Security ``alerts``, and Microsoft's "Security alerts schemas", as workflow automation
and continuous export send them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.contract.finding import Finding, Kind, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_OPEN = frozenset({"", "active", "new", "inprogress", "in progress"})
_DONE = {"resolved": Status.RESOLVED, "dismissed": Status.SUPPRESSED, "autodismissed": Status.SUPPRESSED}


def alert(source: str, record: Wild) -> Iterator[Finding]:
    """One alert, its words its own or those of its ``properties``. Raises Unreadable."""
    told = record.at("properties") if record.get("properties") is not None else record
    if not isinstance(told.value, dict):
        raise told.wrong("an object", told.value)
    yield _finding(source, _lowered(told))


def _lowered(told: Wild) -> Wild:
    """Workflows write ``AlertType``, the API ``alertType``; the place is told as it was for the record."""
    return Wild(_lower_first(told.value), told.pointer())


def _lower_first(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower_first(held) for key, held in value.items()}
    return [_lower_first(held) for held in value] if isinstance(value, list) else value


def _finding(source: str, told: Wild) -> Finding:
    rule, word = (
        told.first("alertType", "alertName") or told.need("alertType"),
        told.first("severity", "reportedSeverity"),
    )
    severity = from_word(word)
    status, reason = _status(told, rule)
    entity, resource = told.text("compromisedEntity"), resource_of(_target(told))
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("alertDisplayName", limit=400) or rule),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.first("systemAlertId", "providerAlertId"),
        summary=told.text("description", limit=SUMMARY),
        actor=entity if entity and entity.lower() != resource.name.lower() else "",
        mitre=tuple(sorted(one.strip() for one in told.text("intent").split(",") if one.strip())),
        status=status,
        status_reason=reason,
        first_seen=told.time("startTimeUtc"),
        last_seen=told.time("endTimeUtc"),
        observed_at=_told_at(told),
        url=told.url("alertUri"),
        remediation_text=_advice(told),
        pointer=told.pointer(),
    )


def _target(told: Wild) -> str:
    """The Azure resource; of several ids the first by name, since their order means nothing."""
    listed = sorted(
        found for one in told.items("resourceIdentifiers") if (found := one.text("azureResourceId", limit=1_000))
    )
    return (
        next(iter(listed), "")
        or told.first("azureResourceId", "associatedResource", limit=1_000)
        or told.need("compromisedEntity")
    )


def _status(told: Wild, rule: str) -> tuple[Status, str]:
    if rule.startswith("SIMULATED_") or told.text("alertDisplayName", limit=400).startswith("[SAMPLE ALERT]"):
        return Status.SAMPLE, "Defender for Cloud's own sample"
    word = told.first("status", "providerAlertStatus", "state").lower()
    if word in _OPEN:
        return Status.OPEN, ""
    if word not in _DONE:
        raise told.bad(f"expected Active, InProgress, {', '.join(_DONE)}", "status")
    return _DONE[word], f"{word} in Defender for Cloud"


def _told_at(told: Wild) -> datetime | None:
    """The API and a workflow name the time otherwise."""
    found = (told.time(key) for key in ("timeGeneratedUtc", "timeGenerated", "processingEndTime", "endTimeUtc"))
    return next(filter(None, found), None)


def _advice(told: Wild) -> str:
    steps = told.get("remediationSteps")
    if isinstance(steps, list):
        return "\n".join(told.texts("remediationSteps", limit=SUMMARY))[:SUMMARY]
    return told.text("remediationSteps", limit=SUMMARY)
