"""Alerts of Falco's rules, which its own HTTP output and falcosidekick write in the same shape.

Shape: Falco docs, "Output Channels"; falcosidekick's ``types.FalcoPayload``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.formats.falco_resources import resource_of
from connectors.formats.windows import hour_of
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_PRIORITIES: Mapping[str, Severity] = {  # syslog's levels, as Falco uses them
    "emergency": Severity.FATAL,
    "alert": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "notice": Severity.LOW,
    "informational": Severity.INFORMATIONAL,
    "info": Severity.INFORMATIONAL,
    "debug": Severity.INFORMATIONAL,
}
_METRICS = "Falco internal: metrics snapshot"  # how Falco itself fares; no alert
_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?|TA\d{4}|mitre_\w+", re.ASCII)
_TEST = "This is a test from falcosidekick"


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert; Falco's snapshot of its own metrics tells no finding. Raises Unreadable."""
    rule = told.need("rule")
    if rule == _METRICS:
        return
    fields, output, at = told.at("output_fields"), told.text("output", limit=SUMMARY), told.time("time")
    word = told.text("priority")
    severity = _PRIORITIES.get(word.lower(), Severity.UNKNOWN)
    process = fields.text("proc.name")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(rule),
        resource=resource_of(told),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(process or fields.text("fd.name", limit=1_000), hour_of(at)),
        summary=output,
        actor=fields.first("user.name", "ka.user.name", "ct.user"),
        process=fields.first("proc.cmdline", "proc.exepath", limit=1_000) or process,
        mitre=tuple(tag for tag in told.texts("tags") if _TECHNIQUE.fullmatch(tag)),
        status=Status.SAMPLE if output == _TEST else Status.OPEN,
        status_reason="falcosidekick's own test" if output == _TEST else "",
        first_seen=at,
        last_seen=at,
        observed_at=at,
        pointer=told.pointer(),
    )
