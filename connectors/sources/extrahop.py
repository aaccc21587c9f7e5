"""ExtraHop RevealX: detections, posted by a notification rule whose payload is the detection of its REST API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "extrahop"
# RevealX's own colours: red from 80, orange from 31, yellow below.
_BANDS = ((80, Severity.HIGH), (31, Severity.MEDIUM), (1, Severity.LOW))
_STATUSES: Mapping[str, Status] = {"closed": Status.RESOLVED, "hidden": Status.SUPPRESSED}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One detection, or a list of them."""
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), _read)
    if not isinstance(body.value, dict) or not {"id", "risk_score", "type"} & body.value.keys():
        raise UnknownShape("no detection of ExtraHop: neither id nor risk_score nor type is there")
    return each([body], _read)


def _read(told: Wild) -> Iterator[Finding]:
    rule, score = told.need("type"), told.number("risk_score")
    severity = next((found for least, found in _BANDS if score is not None and least <= score), Severity.UNKNOWN)
    about, offender = _resource(told), _participant(told, "offender")
    status = _STATUSES.get(told.text("status").lower(), Status.OPEN)
    yield Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=about,
        severity=severity,
        severity_raw="" if score is None else f"{score:g}",
        severity_from="source" if severity else "unknown",
        problem=f"extrahop {rule}",
        source_uid=told.need("id"),
        summary=told.text("description", limit=SUMMARY),
        actor=_name(offender) if offender is not None and _name(offender) != about.id else "",
        mitre=tuple(name for one in told.items("mitre_techniques") if (name := _technique(one))),
        status=status,
        status_reason=told.text("resolution").replace("_", " ")
        or ("" if status is Status.OPEN else "closed in ExtraHop"),
        first_seen=told.time("start_time") if told.number("start_time") else None,
        last_seen=told.time("end_time") if told.number("end_time") else None,
        observed_at=told.time("update_time") if told.number("update_time") else None,
        url=told.url("url"),
        pointer=told.pointer(),
    )


def _technique(told: Wild) -> str:
    return told.text("id") if isinstance(told.value, dict) else told.text()


def _participant(told: Wild, role: str) -> Wild | None:
    return next((one for one in told.items("participants") if one.text("role") == role), None)


def _name(told: Wild) -> str:
    return told.first("hostname", "object_value", "username")


def _resource(told: Wild) -> Resource:
    """The victim; the offender where nobody else takes part."""
    found = _participant(told, "victim") or _participant(told, "offender")
    if found is None:
        raise told.bad("it names no participant; add participants to the payload", "participants")
    name = _name(found) or found.need("object_value")
    return Resource(
        id=name, type="host", name=name, ip=found.text("object_value") if found.text("object_type") == "ipaddr" else ""
    )


SOURCE = Source(
    id=ID,
    title="ExtraHop RevealX",
    family=Family.NETWORK,
    arrives="detections of notification rules",
    kinds=(Kind.DETECTION,),
    says_gone="`closed`, `hidden`",
    unconfirmed="the default payload of a rule; the detection of the REST API is read",
    vendor_docs="https://docs.extrahop.com/current/detections-create-notification-rule",
    verifiers=(bearer(), basic()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Under Notification Rules, create one for security detections with a custom webhook: this address, the header "
        "Authorization: Bearer and the secret, and a payload with the fields shown."
    ),
)
