"""AWS GuardDuty: detections, by EventBridge through SNS or an API destination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.asff import is_asff, read_asff
from connectors.formats.guardduty_findings import read_finding
from connectors.quarantine import each
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.wild import Wild

ID = "aws-guardduty"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """EventBridge's ``detail``, or GuardDuty's findings as Security Hub sends them (ASFF)."""
    return each(_findings(Wild(opened.body, opened.pointer)), _read)


def _findings(body: Wild) -> Iterator[Wild]:
    if isinstance(body.value, list):
        return body.items()
    held = body.value if isinstance(body.value, dict) else {}
    for key in ("findings", "Findings"):
        if isinstance(held.get(key), list):
            return body.items(key)
    if is_asff(body) or {"type", "accountId", "service"} <= held.keys():
        return iter([body])
    raise UnknownShape("no finding of GuardDuty: type, accountId and service are not there")


def _read(record: Wild) -> Iterable[Finding]:
    return read_asff(ID, record) if is_asff(record) else read_finding(ID, record)


SOURCE = Source(
    id=ID,
    title="AWS GuardDuty",
    family=Family.CLOUD,
    arrives="GuardDuty findings through EventBridge",
    kinds=(Kind.DETECTION,),
    says_gone="archived",
    vendor_docs="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=parse,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=(
        "In EventBridge, make a rule for the source aws.guardduty and the detail type GuardDuty Finding. Its target is "
        "either an SNS topic with an HTTPS subscription to this address (name the topic's ARN under allow; Suture "
        "confirms the subscription by itself), or an API destination with this address whose connection sends the "
        "secret as the API key x-api-key. GuardDuty's sample findings arrive and are counted; they open no case."
    ),
)
