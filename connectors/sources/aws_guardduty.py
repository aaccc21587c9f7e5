"""AWS GuardDuty: detections, by EventBridge through SNS or an API destination."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Severity, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.asff import is_asff, read_asff
from connectors.formats.guardduty_resources import resource_of
from connectors.quarantine import each
from connectors.signing import aws_sns, bearer, static_header
from connectors.signing.sns import confirm_subscription
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "aws-guardduty"
# GuardDuty user guide, "Severity levels of GuardDuty findings": the lower ends of the bands.
_BANDS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (1.0, Severity.LOW))


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
    return read_asff(ID, record) if is_asff(record) else _own(record)


def _own(record: Wild) -> Iterator[Finding]:
    rule = record.need("type")
    score = record.number("severity")
    status, reason = _status(record)
    resource, warnings = resource_of(record)
    action = record.at("service", "action")
    probed = next(action.items("portProbeAction", "portProbeDetails"), Wild({}))
    yield Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(record.text("title", limit=400) or rule),
        resource=resource,
        severity=next((severity for least, severity in _BANDS if score and score >= least), Severity.UNKNOWN),
        severity_raw="" if score is None else f"{score:g}",
        severity_from="source" if score else "unknown",
        problem=rule,
        source_uid=record.need("id"),
        summary=record.text("description", limit=SUMMARY),
        actor=_actor(action),
        process=record.text("service", "runtimeDetails", "process", "executablePath"),
        status=status,
        status_reason=reason,
        first_seen=record.time("service", "eventFirstSeen"),
        last_seen=record.time("service", "eventLastSeen"),
        observed_at=record.time("updatedAt"),
        port=probed.whole("localPortDetails", "port"),
        protocol="tcp" if probed.whole("localPortDetails", "port") else "",
        pointer=record.pointer(),
        warnings=warnings,
    )


def _status(record: Wild) -> tuple[Status, str]:
    extra = record.at("service", "additionalInfo")
    if extra.flag("sample") or _says_sample(extra.text("value", limit=4_000)):
        return Status.SAMPLE, "GuardDuty's own sample"
    if record.flag("service", "archived"):
        return Status.ARCHIVED, "archived in GuardDuty"
    return Status.OPEN, ""


def _says_sample(value: str) -> bool:
    """Newer findings repeat ``additionalInfo`` as JSON text in ``value``."""
    try:
        held = json.loads(value) if value.startswith("{") else {}
    except (ValueError, RecursionError):
        return False
    return isinstance(held, dict) and held.get("sample") is True


def _actor(action: Wild) -> str:
    """The address on the other side, whatever the kind of action."""
    for kind in ("networkConnectionAction", "awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"):
        if found := action.text(kind, "remoteIpDetails", "ipAddressV4"):
            return found
    probes = action.items("portProbeAction", "portProbeDetails")
    return next((found for probe in probes if (found := probe.text("remoteIpDetails", "ipAddressV4"))), "")


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
