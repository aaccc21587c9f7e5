"""AWS Config: rules that a resource no longer complies with, by EventBridge or Config's own SNS topic."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.contract.source import Family, Source
from connectors.formats.aws_names import name_of, read_arn, type_of
from connectors.formats.control_families import control_name, family_of
from connectors.formats.eventbridge import how_to_send
from connectors.formats.json_records import JsonRecords
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "aws-config"
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


def _read(told: Wild) -> Iterator[Finding]:
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
        source=ID,
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


RECORDS = JsonRecords(_read, "no message of Config", keys=("messageType",))
SOURCE = Source(
    id=ID,
    title="AWS Config",
    family=Family.CLOUD,
    arrives="changes of compliance, through EventBridge or Config's SNS topic",
    kinds=(Kind.COMPLIANCE,),
    says_gone="compliant, not applicable",
    vendor_docs="https://docs.aws.amazon.com/config/latest/developerguide/example-config-rule-compliance-notification.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=how_to_send("aws.config", "Config Rules Compliance Change")
    + " The SNS topic of Config's delivery channel will do as well. Config names no severity.",
)
