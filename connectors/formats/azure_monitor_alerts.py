"""One alert of Azure Monitor in the common alert schema read into findings: one for each target.

Shape: Microsoft's "Common alert schema" with its samples: ``essentials``, and ``alertContext`` for metrics and logs.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.formats.azure_names import resource_of
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_SEVERITIES = {  # Azure Monitor's words: critical, error, warning, informational, verbose
    "Sev0": Severity.CRITICAL,
    "Sev1": Severity.HIGH,
    "Sev2": Severity.MEDIUM,
    "Sev3": Severity.INFORMATIONAL,
    "Sev4": Severity.INFORMATIONAL,
}
# Whose alerts the tests of an action group are, whoever sends them.
_TESTED = "/subscriptions/11111111-1111-1111-1111-111111111111/"
_BUDGETS = "CostAlerts"  # a budget's alert has no rule, no target and no condition
_CONDITIONS = {"Fired": (Status.OPEN, ""), "Resolved": (Status.RESOLVED, "Azure Monitor says resolved")}


def read_alert(source: str, body: Wild) -> Iterator[Record]:
    """One finding for each target; of a budget none. Raises Unreadable."""
    told = body.at("data", "essentials")
    if told.text("monitoringService") == _BUDGETS:
        return
    targets = [*told.items("alertTargetIDs")] or [*told.items("configurationItems")]
    if not targets:
        raise told.bad("the alert names neither a target nor a configuration item", "alertTargetIDs")
    yield from each(targets, lambda target: _on(source, body, told, resource_of(target.need(limit=1_000))))


def _on(source: str, body: Wild, told: Wild, resource: Resource) -> Iterator[Finding]:
    """Known by rule, target and dimensions: an alert that fires again gets another id."""
    word, rule, condition = told.text("severity"), told.need("alertRule"), told.need("monitorCondition")
    if condition not in _CONDITIONS:
        raise told.bad("expected Fired or Resolved", "monitorCondition")
    severity = _SEVERITIES.get(word, Severity.UNKNOWN)
    status, reason = _CONDITIONS[condition]
    if told.text("alertId").startswith(_TESTED):
        status, reason = Status.SAMPLE, "the test of an action group"
    fired, resolved = told.time("firedDateTime"), told.time("resolvedDateTime")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(rule),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(told.text("signalType"), *_dimensions(body.at("data", "alertContext"))),
        summary=told.text("description", limit=SUMMARY),
        status=status,
        status_reason=reason,
        first_seen=fired,
        last_seen=resolved if status is Status.RESOLVED else None,
        observed_at=resolved if status is Status.RESOLVED and resolved else fired,
        url=told.url("investigationLink"),
        pointer=body.pointer(),
    )


def _dimensions(context: Wild) -> list[str]:
    """What tells the series of one rule apart, of metric and log alerts."""
    conditions = context.at("condition").items("allOf")
    told = (one for condition in conditions for one in condition.items("dimensions"))
    return sorted({f"{one.text('name')}={one.text('value')}" for one in told})
