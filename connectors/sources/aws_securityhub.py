"""AWS Security Hub: findings in ASFF (Security Hub CSPM) and OCSF (the new one), by EventBridge or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Headers, Opened, Source, SourceOptions
from connectors.formats.asff import read_asff
from connectors.formats.json_records import JsonRecords
from connectors.formats.ocsf import is_ocsf, read_ocsf
from connectors.quarantine import each
from connectors.reading import read
from connectors.recognition import beginning
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.wild import Wild

ID = "aws-securityhub"
_NONE: Headers = {}
_LARGEST_DELIVERY = 1024 * 1024


def _read(record: Wild) -> Iterable[Record]:
    return read_ocsf(ID, record) if is_ocsf(record) else read_asff(ID, record)


def _recognise(start: Beginning) -> bool:
    """A file of findings, or a delivery that somebody kept: EventBridge's, or one of SNS that holds it as text."""
    if start.has("TopicArn"):
        return b"aws.securityhub" in start.head
    if start.has("detail"):
        return start.texts.get("source") == "aws.securityhub" or start.has("detail.findings[].AwsAccountId")
    return any(start.has(f"{at}AwsAccountId", f"{at}ProductArn") for at in ("", "[].", "Findings[].", "findings[]."))


RECORDS = JsonRecords(
    _read,
    "neither a finding in ASFF nor a list of them",
    inside=("findings", "Findings"),
    keys=("AwsAccountId", "Resources"),
)


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """EventBridge's ``detail``, a file of findings, or the API's answer to GetFindings or GetFindingsV2."""
    body = Wild(opened.body, opened.pointer)
    return each([body], _read) if is_ocsf(body) else RECORDS.parse(opened, options)


def read_report(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
    """A file of findings of any size, or one delivery of EventBridge or SNS (256 KiB at most) that somebody kept."""
    start = beginning(file)
    if any(start.has(place) for place in ("detail", "TopicArn", "Message")):
        yield from read(SOURCE, file.read(_LARGEST_DELIVERY), headers, options).records
    else:
        yield from RECORDS.read_report(file, options, headers)


SOURCE = Source(
    id=ID,
    title="AWS Security Hub",
    family=Family.CLOUD,
    arrives="findings in ASFF and OCSF through EventBridge; files of ASFF, as Prowler writes them too",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY, Kind.DETECTION),
    says_gone="passed, resolved, archived, closed",
    vendor_docs="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=parse,
    read_report=read_report,
    recognise=_recognise,
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
