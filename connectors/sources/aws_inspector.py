"""AWS Inspector: vulnerable packages, reachable ports and flaws in functions' code, by EventBridge."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.eventbridge import how_to_send
from connectors.formats.inspector_findings import read_finding
from connectors.formats.json_records import JsonRecords
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription

ID = "aws-inspector"
RECORDS = JsonRecords(
    partial(read_finding, ID), "no finding of Inspector", inside=("findings",), keys=("findingArn", "type")
)
SOURCE = Source(
    id=ID,
    title="AWS Inspector",
    family=Family.CLOUD,
    arrives="Inspector findings through EventBridge",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.CODE),
    says_gone="closed",
    vendor_docs="https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=how_to_send("aws.inspector2", "Inspector2 Finding"),
)
