"""Findings of AWS GuardDuty in its own shape: how bad, who is on the other side, and whether it is a sample.

Shape: GuardDuty user guide, "Finding details".
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.formats.guardduty_resources import resource_of
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# GuardDuty user guide, "Severity levels of GuardDuty findings": the lower ends of the bands.
_BANDS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (1.0, Severity.LOW))


def read_finding(source: str, record: Wild) -> Iterator[Finding]:
    """One detection on one resource. Raises Unreadable."""
    rule = record.need("type")
    score = record.number("severity")
    status, reason = _status(record)
    resource, warnings = resource_of(record)
    action = record.at("service", "action")
    probed = next(action.items("portProbeAction", "portProbeDetails"), Wild({}))
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(record.text("title", limit=400) or rule),
        resource=resource,
        severity=next((severity for least, severity in _BANDS if score and score >= least), Severity.UNKNOWN),
        severity_raw="" if score is None else f"{score:g}",
        severity_from="source" if score else "unknown",
        problem=rule,
        source_uid=record.need("id"),
        summary=record.text("description", limit=SUMMARY),
        actor=_actor(action),
        process=record.text("service", "runtimeDetails", "process", "executablePath"),
        status=status,
        status_reason=reason,
        first_seen=record.time("service", "eventFirstSeen"),
        last_seen=record.time("service", "eventLastSeen"),
        observed_at=record.time("updatedAt"),
        port=probed.whole("localPortDetails", "port"),
        protocol="tcp" if probed.whole("localPortDetails", "port") else "",
        pointer=record.pointer(),
        warnings=warnings,
    )


def _status(record: Wild) -> tuple[Status, str]:
    extra = record.at("service", "additionalInfo")
    if extra.flag("sample") or _says_sample(extra.text("value", limit=4_000)):
        return Status.SAMPLE, "GuardDuty's own sample"
    if record.flag("service", "archived"):
        return Status.ARCHIVED, "archived in GuardDuty"
    return Status.OPEN, ""


def _says_sample(value: str) -> bool:
    """Newer findings repeat ``additionalInfo`` as JSON text in ``value``."""
    try:
        held = json.loads(value) if value.startswith("{") else {}
    except (ValueError, RecursionError):
        return False
    return isinstance(held, dict) and held.get("sample") is True


def _actor(action: Wild) -> str:
    """The address on the other side, whatever the kind of action."""
    for kind in ("networkConnectionAction", "awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"):
        if found := action.text(kind, "remoteIpDetails", "ipAddressV4"):
            return found
    probes = action.items("portProbeAction", "portProbeDetails")
    return next((found for probe in probes if (found := probe.text("remoteIpDetails", "ipAddressV4"))), "")
