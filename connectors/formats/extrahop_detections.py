"""One detection of ExtraHop RevealX read into a finding, of a notification rule's payload or of the REST API.

The rule's payload names the two sides as `src` and `dst`, whoever else took part as `additional_participants`; the REST
API lists `participants`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# RevealX's own colours: red from 80, orange from 31, yellow below.
_BANDS = ((80, Severity.HIGH), (31, Severity.MEDIUM), (1, Severity.LOW))
_STATUSES: Mapping[str, Status] = {"closed": Status.RESOLVED, "hidden": Status.SUPPRESSED}


def read_detection(source: str, told: Wild) -> Iterator[Finding]:
    """One detection, on the victim, or on the offender where there is none. Raises Unreadable."""
    rule, score = told.need("type"), told.number("risk_score")
    severity = next((found for least, found in _BANDS if score is not None and least <= score), Severity.UNKNOWN)
    roles = _participants(told)
    about = roles.get("victim") or roles.get("offender")
    if about is None:
        raise told.bad("it names no victim and no offender; leave src and dst in the payload", "src")
    offender = roles.get("offender", about)
    word = told.text("status").lower()
    status = _STATUSES.get(word, Status.OPEN)
    yield Finding(
        source=source,
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
        or ("" if status is Status.OPEN else f"{word} in ExtraHop"),
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
