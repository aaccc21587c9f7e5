"""AWS CloudWatch alarms, by an alarm action's SNS topic or by EventBridge."""

from __future__ import annotations

from functools import partial
from typing import Any

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Headers, Source
from connectors.formats.cloudwatch_alarms import read_alarm
from connectors.formats.eventbridge import how_to_send
from connectors.formats.json_records import JsonRecords
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription

ID = "aws-cloudwatch"


def _delivery_id(headers: Headers, body: Any) -> str:
    """EventBridge's own; its envelope stays closed, since it alone names the alarm."""
    told = body if isinstance(body, dict) else {}
    return f"eventbridge/{told['id']}" if "detail-type" in told and isinstance(told.get("id"), str) else ""


RECORDS = JsonRecords(partial(read_alarm, ID), "no alarm of CloudWatch")
SOURCE = Source(
    id=ID,
    title="AWS CloudWatch alarms",
    family=Family.OBSERVABILITY,
    arrives="alarms, through an SNS topic or EventBridge",
    kinds=(Kind.DETECTION,),
    says_gone="`OK`, a deleted alarm",
    vendor_docs="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("sns",),
    handshake=confirm_subscription,
    delivery_id=_delivery_id,
    docs=(
        "Give the alarms an SNS topic as action for ALARM and for OK, with an HTTPS subscription to this address, and "
        "name the topic's ARN under allow. Or by EventBridge: "
    )
    + how_to_send("aws.cloudwatch", "CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change")
    + " The second type says that an alarm was deleted. An alarm has no severity.",
)
