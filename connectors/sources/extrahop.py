"""ExtraHop RevealX: detections, posted by a notification rule, in its own payload or in the REST API's form.

The rule's payload names the two sides as `src` and `dst`, whoever else took part as `additional_participants`; the REST
API lists `participants`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

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
    roles = _participants(told)
    about = roles.get("victim") or roles.get("offender")
    if about is None:
        raise told.bad("it names no victim and no offender; leave src and dst in the payload", "src")
    offender = roles.get("offender", about)
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
        actor=offender.id if offender.id != about.id else "",
        mitre=tuple(name for one in told.items("mitre_techniques") if (name := _technique(one))),
        status=status,
        status_reason=told.text("resolution").replace("_", " ")
        or ("" if status is Status.OPEN else "closed in ExtraHop"),
        first_seen=_time(told, "start_time", "time"),
        last_seen=_time(told, "end_time"),
        observed_at=_time(told, "update_time", "mod_time"),
        url=told.url("url"),
        pointer=told.pointer(),
    )


def _time(told: Wild, *keys: str) -> datetime | None:
    """The first that is told: a detection that goes on has 0 or null for its end."""
    return next((told.time(key) for key in keys if told.number(key)), None)


def _technique(told: Wild) -> str:
    return told.text("id") if isinstance(told.value, dict) else told.text()


def _participants(told: Wild) -> Mapping[str, Resource]:
    """The first of each role."""
    sides = (told.at("src"), told.at("dst"), *told.items("additional_participants"))
    found: dict[str, Resource] = {}
    for one in (*told.items("participants"), *(side for side in sides if isinstance(side.value, dict))):
        if (role := one.text("role")) not in found and (host := _host(one)) is not None:
            found[role] = host
    return found


def _host(told: Wild) -> Resource | None:
    device = told.at("device")
    address = told.text("ipaddr") or next(iter(device.texts("ipaddrs")), "")
    if told.text("object_type") == "ipaddr":
        address = told.text("object_value")
    name = told.text("hostname") or device.text("name") or told.text("object_value") or address
    name = name or told.text("username")
    return Resource(id=name, type="host", name=name, ip=address) if name else None


SOURCE = Source(
    id=ID,
    title="ExtraHop RevealX",
    family=Family.NETWORK,
    arrives="detections of notification rules",
    kinds=(Kind.DETECTION,),
    says_gone="`closed`, `hidden`",
    unconfirmed="how a rule's payload tells that a detection is closed: `status` is read with the REST API's words",
    vendor_docs="https://docs.extrahop.com/current/detections-create-notification-rule",
    verifiers=(bearer(), basic()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Under Notification Rules, create one for security detections with a custom webhook: this address and the "
        "header Authorization: Bearer and the secret. Its own payload is read as it is; in one of yours keep id, type, "
        "title, risk_score, src and dst."
    ),
)
