"""AWS Macie: buckets that are open, and sensitive data found in them, by EventBridge."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.eventbridge import how_to_send
from connectors.formats.json_records import JsonRecords
from connectors.formats.macie_findings import read_finding
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription

ID = "aws-macie"
RECORDS = JsonRecords(
    partial(read_finding, ID), "no finding of Macie", inside=("findings",), keys=("type", "resourcesAffected")
)
SOURCE = Source(
    id=ID,
    title="AWS Macie",
    family=Family.CLOUD,
    arrives="Macie findings through EventBridge",
    kinds=(Kind.COMPLIANCE, Kind.SECRET),
    says_gone="archived",
    vendor_docs="https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=how_to_send("aws.macie", "Macie Finding"),
)
