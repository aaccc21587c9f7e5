"""Falco: detections of its rules, posted by its own HTTP output or by falcosidekick, which has the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.contract.source import Family, Headers, Source
from connectors.formats.falco_resources import resource_of
from connectors.formats.json_records import JsonRecords
from connectors.formats.windows import hour_of
from connectors.signing import basic, bearer, path_token
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "falco"
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


def _read(told: Wild) -> Iterator[Finding]:
    rule = told.need("rule")
    if rule == _METRICS:
        return
    fields, output, at = told.at("output_fields"), told.text("output", limit=SUMMARY), told.time("time")
    word = told.text("priority")
    severity = _PRIORITIES.get(word.lower(), Severity.UNKNOWN)
    process = fields.text("proc.name")
    yield Finding(
        source=ID,
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


def _delivery_id(headers: Headers, body: Any) -> str:
    """falcosidekick gives every alert an id of its own; Falco gives none."""
    told = body.get("uuid") if isinstance(body, dict) else None
    return told if isinstance(told, str) else ""


RECORDS = JsonRecords(_read, "no alert of Falco", keys=("rule", "time"))
SOURCE = Source(
    id=ID,
    title="Falco",
    family=Family.RUNTIME,
    arrives="alerts of Falco's http_output, of falcosidekick",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://falco.org/docs/concepts/outputs/channels/",
    verifiers=(bearer(), basic(), path_token()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    delivery_id=_delivery_id,
    docs=(
        "In falcosidekick, set webhook.address to this address and webhook.customHeaders to Authorization: Bearer and "
        "the secret. Falco itself sends no header of its own: set http_output.url to this address followed by a slash "
        "and the secret, with json_output: true."
    ),
)
