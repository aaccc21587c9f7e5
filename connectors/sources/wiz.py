"""Wiz: issues and detections, posted by an automation rule's webhook action with its default body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "wiz"
_STATUSES: Mapping[str, Status] = {
    "OPEN": Status.OPEN,
    "IN_PROGRESS": Status.OPEN,
    "RESOLVED": Status.RESOLVED,
    "REJECTED": Status.SUPPRESSED,
}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """An issue (``issue``, ``control``, ``resource``) or a detection of Wiz Defend (``tdrId``), or a list of them."""
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), _read)
    held = body.value if isinstance(body.value, dict) else {}
    if "issue" not in held and "tdrId" not in held:
        raise UnknownShape("neither an issue nor a detection in Wiz's default body; take the default body again")
    return each([body], _read)


def _read(told: Wild) -> Iterator[Finding]:
    if told.get("issue") is not None:
        yield _issue(told, told.at("issue"), told.at("control"))
    else:
        yield _detection(told)


def _issue(told: Wild, issue: Wild, control: Wild) -> Finding:
    rule, word = control.need("id"), issue.text("severity")
    severity, state = from_word(word), issue.need("status").upper().replace(" ", "_")
    if state not in _STATUSES:
        raise issue.bad("expected open, in progress, resolved or rejected", "status")
    return Finding(
        source=ID,
        kind=Kind.DETECTION if rule.startswith("cer-") else Kind.COMPLIANCE,  # cloud event rules, and controls
        rule_id=rule,
        title=one_line(control.text("name", limit=400) or rule),
        resource=_issue_resource(told.at("resource")),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=issue.need("id"),
        summary=control.text("description", limit=SUMMARY),
        status=_STATUSES[state],
        status_reason="" if _STATUSES[state] is Status.OPEN else f"{state.lower()} in Wiz",
        first_seen=issue.time("created"),
        url=issue.url("url"),
        remediation_text=control.text("resolutionRecommendation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _issue_resource(told: Wild) -> Resource:
    """By the provider's own id; where Wiz leaves that empty, by name within the subscription."""
    name, account = told.text("name"), told.text("subscriptionId")
    identity = told.text("id", limit=1_000) or "/".join(
        part for part in (account, told.text("type"), name) if part and name
    )
    return Resource(
        id=identity or told.need("name"),
        type=told.text("type"),
        name=name or identity,
        provider=told.text("cloudPlatform").lower(),
        account=account,
        region=told.text("region"),
    )


def _detection(told: Wild) -> Finding:
    rule, word, primary = told.need("tdrId"), told.text("severity"), told.at("primaryResource")
    severity, account = from_word(word), primary.at("cloudAccount")
    identity = primary.first("externalId", "id", limit=1_000) or primary.need("externalId")
    return Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=Resource(
            id=identity,
            type=primary.first("nativeType", "type"),
            name=primary.text("name") or identity,
            provider=account.text("cloudPlatform").lower(),
            account=account.text("externalId"),
            region=primary.text("region"),
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.need("id"),
        summary=told.text("description", limit=SUMMARY),
        actor=told.at("primaryActor").text("name"),
        mitre=tuple(sorted(set(told.texts("mitreTechniques")))),
        first_seen=told.at("timeframe").time("start"),
        last_seen=told.at("timeframe").time("end"),
        observed_at=told.time("createdAt"),
        url=told.url("threatURL"),
        pointer=told.pointer(),
    )


SOURCE = Source(
    id=ID,
    title="Wiz",
    family=Family.CLOUD,
    arrives="issues, and detections of Wiz Defend",
    kinds=(Kind.COMPLIANCE, Kind.DETECTION),
    says_gone="resolved, rejected",
    unconfirmed="the default body, which is read as users of Wiz have published it: Wiz documents it to customers only",
    verifiers=(bearer(), basic()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Under Settings, Automation, Automation Actions, add a Webhook with this address, authentication Token "
        "(Bearer) and the secret, and leave its body as it is. Let an automation rule on issues created, resolved "
        "and reopened, and one on detections, run it."
    ),
)
