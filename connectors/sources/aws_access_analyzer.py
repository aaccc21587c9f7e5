"""AWS IAM Access Analyzer: what can be reached from outside, from within, and what is not used, by EventBridge."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.access_analyzer_findings import read_finding
from connectors.formats.eventbridge import how_to_send
from connectors.formats.json_records import JsonRecords
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription

ID = "aws-access-analyzer"
RECORDS = JsonRecords(
    partial(read_finding, ID), "no finding of Access Analyzer", keys=("resource", "resourceType", "status")
)
SOURCE = Source(
    id=ID,
    title="AWS IAM Access Analyzer",
    family=Family.CLOUD,
    arrives="Access Analyzer findings through EventBridge",
    kinds=(Kind.COMPLIANCE,),
    says_gone="resolved, archived, deleted",
    vendor_docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=how_to_send(
        "aws.access-analyzer",
        "Access Analyzer Finding",
        "Internal Access Finding",
        "Unused Access Finding for IAM entities",
    ),
)
