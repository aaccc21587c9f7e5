"""An alarm of AWS CloudWatch that changed its state, as SNS tells of it and as EventBridge does.

Shapes: Amazon CloudWatch user guide, "Alarm events and EventBridge", and the message of an alarm's SNS action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.aws_names import name_of, read_arn
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_STATUSES = {
    "ALARM": (Status.OPEN, ""),
    "OK": (Status.RESOLVED, "the alarm is OK"),
    "INSUFFICIENT_DATA": (Status.UNCHECKED, "CloudWatch knows too little to say"),
}
_WATCHED: Mapping[str, str] = {  # dimension -> what it names
    "BucketName": "AwsS3Bucket",
    "FunctionName": "AwsLambdaFunction",
    "InstanceId": "AwsEc2Instance",
    "VolumeId": "AwsEc2Volume",
}


def read_alarm(source: str, told: Wild) -> Iterator[Finding]:
    """The finding of one alarm; EventBridge's stands in its envelope. Raises Unreadable."""
    yield (_from_eventbridge if told.get("detail-type") is not None else _from_sns)(source, told)


def _from_sns(source: str, told: Wild) -> Finding:
    trigger = told.at("Trigger")
    metrics = (one.at("MetricStat", "Metric") for one in trigger.items("Metrics"))  # of an alarm on an expression
    dimensions = next((found for one in (trigger, *metrics) if (found := _dimensions(one))), {})
    arn = told.text("AlarmArn") or f"{told.need('AWSAccountId')}:{told.text('Region')}:{told.need('AlarmName')}"
    return _finding(
        source,
        told,
        name=told.need("AlarmName"),
        resource=_resource(arn, dimensions, told.text("AWSAccountId"), ""),
        arn=arn,
        state=told.need("NewStateValue"),
        reason=told.text("NewStateReason", limit=SUMMARY),
        about=told.text("AlarmDescription", limit=SUMMARY),
        at="StateChangeTime",
    )


def _dimensions(metric: Wild) -> dict[str, str]:
    return {one.first("name", "Name"): one.first("value", "Value") for one in metric.items("Dimensions")}


def _from_eventbridge(source: str, told: Wild) -> Finding:
    """A deleted alarm is over, whatever it said last."""
    detail = told.at("detail")
    metrics = (one.at("metricStat", "metric") for one in detail.items("configuration", "metrics"))
    dimensions = next((found for one in metrics if (found := one.pairs("dimensions"))), {})
    arn = (
        next(iter(told.texts("resources")), "")
        or f"{told.need('account')}:{told.text('region')}:{detail.need('alarmName')}"
    )
    return _finding(
        source,
        detail,
        name=detail.need("alarmName"),
        resource=_resource(arn, dimensions, told.text("account"), told.text("region")),
        arn=arn,
        state="OK" if detail.text("operation") == "delete" else detail.need("state", "value"),
        reason=detail.text("state", "reason", limit=SUMMARY),
        about=detail.text("configuration", "description", limit=SUMMARY),
        at="state.timestamp",
    )


def _finding(
    source: str, told: Wild, *, name: str, resource: Resource, arn: str, state: str, reason: str, about: str, at: str
) -> Finding:
    if state not in _STATUSES:
        raise told.bad(f"expected {', '.join(_STATUSES)}, found {state}")
    status, why = _STATUSES[state]
    moment = told.time(*at.split("."))
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=name,
        title=one_line(name),
        resource=resource,
        problem=name,
        source_uid=arn,
        summary=about or reason,
        status=status,
        status_reason=why,
        last_seen=moment if status is Status.OPEN else None,
        observed_at=moment,
        pointer=told.pointer(),
    )


def _resource(alarm: str, dimensions: Mapping[str, str], account: str, region: str) -> Resource:
    """What the alarm watches where that is one thing with a name of its own, else the alarm."""
    arn = read_arn(alarm)
    account, region = arn.account or account, arn.region or region
    watched = next(((kind, dimensions[key]) for key, kind in _WATCHED.items() if dimensions.get(key)), None)
    if watched is None or not (account and region):
        return Resource(
            id=alarm, type="AwsCloudWatchAlarm", name=arn.name, provider="aws", account=account, region=region
        )
    named = name_of(*watched, account, region)
    return Resource(id=named, type=watched[0], name=watched[1], provider="aws", account=account, region=region)
