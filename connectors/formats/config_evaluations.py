"""What AWS Config says of a resource under one rule, and what else its topic tells, which is no verdict on anything.

Shape: AWS Config developer guide, "Example Compliance Change Notification".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.aws_names import name_of, read_arn, type_of
from connectors.formats.control_families import control_name, family_of
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_COMPLIANCE = "ComplianceChangeNotification"
_STATUSES = {
    "NON_COMPLIANT": (Status.OPEN, ""),
    "COMPLIANT": (Status.PASSED, "the rule is kept"),
    "NOT_APPLICABLE": (Status.RESOLVED, "the rule applies no more, or the resource is gone"),
    "INSUFFICIENT_DATA": (Status.UNCHECKED, "Config knows too little to say"),
}
# What Config's own topic tells beside: it is no verdict on anything.
_NEWS = frozenset(
    {
        "ConfigurationItemChangeNotification",
        "OversizedConfigurationItemChangeNotification",
        "OversizedConfigurationItemChangeDeliveryFailed",
        "ConfigurationHistoryDeliveryCompleted",
        "ConfigurationSnapshotDeliveryStarted",
        "ConfigurationSnapshotDeliveryCompleted",
        "ConfigurationSnapshotDeliveryFailed",
        "ConfigRulesEvaluationStarted",
    }
)


def read_message(source: str, told: Wild) -> Iterator[Finding]:
    """A change of compliance as a finding; nothing of the topic's other messages. Raises Unreadable."""
    message = told.text("messageType") or _COMPLIANCE
    if message in _NEWS:
        return
    if message != _COMPLIANCE:
        raise told.bad(f"Config's message {message} is not known here", "messageType")
    result = told.at("newEvaluationResult")
    verdict = result.need("complianceType")
    if verdict not in _STATUSES:
        raise result.bad(f"expected {', '.join(_STATUSES)}", "complianceType")
    status, reason = _STATUSES[verdict]
    rule = control_name(told.need("configRuleName"))
    family = family_of(rule)
    resource = _resource(told)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(f"{resource.name} does not comply with {rule}"),
        resource=resource,
        problem=family.problem,
        summary=result.text("annotation", limit=SUMMARY),
        world_open=family.world_open,
        port=family.port,
        protocol=family.protocol,
        status=status,
        status_reason=reason,
        observed_at=result.time("resultRecordedTime") or told.time("notificationCreationTime"),
        pointer=told.pointer(),
    )


def _resource(told: Wild) -> Resource:
    kind, account, region = type_of(told.need("resourceType")), told.need("awsAccountId"), told.text("awsRegion")
    named = name_of(kind, told.need("resourceId", limit=1_000), account, region)
    return Resource(id=named, type=kind, name=read_arn(named).name, provider="aws", account=account, region=region)
