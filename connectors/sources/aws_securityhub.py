"""AWS Security Hub: findings in ASFF (Security Hub CSPM) and OCSF (the new one), by EventBridge or as a file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.json_records import JsonRecords
from connectors.formats.kept_deliveries import kept_or
from connectors.formats.ocsf import is_ocsf
from connectors.formats.securityhub_findings import holds_findings, read_finding
from connectors.quarantine import each
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.wild import Wild

ID = "aws-securityhub"
RECORDS = JsonRecords(
    partial(read_finding, ID),
    "neither a finding in ASFF nor a list of them",
    inside=("findings", "Findings"),
    keys=("AwsAccountId", "Resources"),
)


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """EventBridge's ``detail``, a file of findings, or the API's answer to GetFindings or GetFindingsV2."""
    body = Wild(opened.body, opened.pointer)
    return each([body], RECORDS.read) if is_ocsf(body) else RECORDS.parse(opened, options)


SOURCE: Source = Source(  # said, since its own reader asks for it
    id=ID,
    title="AWS Security Hub",
    family=Family.CLOUD,
    arrives="findings in ASFF and OCSF through EventBridge; files of ASFF, as Prowler writes them too",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY, Kind.DETECTION),
    says_gone="passed, resolved, archived, closed",
    vendor_docs="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=parse,
    read_report=kept_or(RECORDS.read_report, lambda: SOURCE),
    recognise=holds_findings,
    headers=RECORDS.headers,
    envelopes=("sns", "eventbridge", "ndjson"),
    handshake=confirm_subscription,
    docs=(
        "In EventBridge, make a rule for the source aws.securityhub and the detail type Security Hub Findings - "
        "Imported, or Findings Imported V2 of the new Security Hub; not both, or each control comes twice. Its target "
        "is either an SNS topic with an HTTPS subscription to this address (name the topic's ARN under allow; Suture "
        "confirms the subscription by itself), or an API destination with this address whose connection sends the "
        "secret as the API key x-api-key. Files of ASFF go to /v1/scans/aws-securityhub with the secret as bearer "
        "token."
    ),
)
