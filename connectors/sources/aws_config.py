"""AWS Config: rules that a resource no longer complies with, by EventBridge or Config's own SNS topic."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.config_evaluations import read_message
from connectors.formats.eventbridge import how_to_send
from connectors.formats.json_records import JsonRecords
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription

ID = "aws-config"
RECORDS = JsonRecords(partial(read_message, ID), "no message of Config", keys=("messageType",))
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
