"""AWS Security Hub CSPM: findings in ASFF, by EventBridge through SNS or an API destination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.asff import is_asff, read_asff
from connectors.quarantine import each
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.wild import Wild

ID = "aws-securityhub"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """EventBridge's ``detail``, a file of findings, or the API's answer to GetFindings."""
    return each(_findings(Wild(opened.body, opened.pointer)), _read)


def _findings(body: Wild) -> Iterator[Wild]:
    if isinstance(body.value, list):
        return body.items()
    if is_asff(body):
        return iter([body])
    held = body.value if isinstance(body.value, dict) else {}
    for key in ("findings", "Findings"):
        if isinstance(held.get(key), list):
            return body.items(key)
    raise UnknownShape("neither a finding in ASFF nor a list of them under the key findings")


def _read(record: Wild) -> Iterable[Finding]:
    if isinstance(record.value, dict) and "finding_info" in record.value:
        raise record.bad("this is an OCSF finding of the new Security Hub; send it Security Hub CSPM's findings (ASFF)")
    return read_asff(ID, record)


SOURCE = Source(
    id=ID,
    title="AWS Security Hub",
    family=Family.CLOUD,
    arrives="Security Hub CSPM findings (ASFF) through EventBridge",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY, Kind.DETECTION),
    says_gone="passed, resolved, archived",
    vendor_docs="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html",
    verifiers=(aws_sns(), static_header("x-api-key"), bearer()),
    parse=parse,
    envelopes=("sns", "eventbridge"),
    handshake=confirm_subscription,
    docs=(
        "In EventBridge, make a rule for the source aws.securityhub and the detail type Security Hub Findings - "
        "Imported. Its target is either an SNS topic with an HTTPS subscription to this address (name the topic's ARN "
        "under allow; Suture confirms the subscription by itself), or an API destination with this address whose "
        "connection sends the secret as the API key x-api-key."
    ),
)
