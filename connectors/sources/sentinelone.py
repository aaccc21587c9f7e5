"""SentinelOne Singularity: threats as its API gives them, and the activities that its notifications carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import bearer, path_token, static_header
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "sentinelone"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One threat or activity, a list, or the API's ``{"data": [...]}``. Keys come in several cases."""
    body = Wild(_lower(opened.body), opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), _read)
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("data"), list):
        return each(body.items("data"), _read)
    if "threatinfo" not in held and "activitytype" not in held:
        raise UnknownShape("neither a threat (threatInfo) nor an activity (activityType) of SentinelOne")
    return each([body], _read)


def _lower(value: Any) -> Any:
    """The same with lower-case keys: some ways of forwarding change their case."""
    if isinstance(value, dict):
        return {key.lower(): _lower(held) for key, held in value.items()}
    return [_lower(held) for held in value] if isinstance(value, list) else value


def _read(told: Wild) -> Iterator[Finding]:
    if told.get("threatinfo") is not None:
        yield _threat(told, told.at("threatinfo"))
        return
    told.need("activitytype")
    data = told.at("data") if told.get("data") is not None else Wild({}, told, "data")
    if data.text("ruleid") and data.text("alertid"):
        yield _rule(told, data)
    elif data.text("threatclassification") or data.text("filecontenthash"):
        yield _activity(told, data)  # all other activities (scans, logins, updates) are no alerts


def _host(told: Wild, name: str, address: str = "") -> Resource:
    name = name or told.need("agentid")
    return Resource(id=name, type="host", name=name, provider="host", ip=address)


def _threat(told: Wild, info: Wild) -> Finding:
    name = info.text("threatname") or info.need("threatid")
    status, reason = _status(info)
    realtime, detected = told.at("agentrealtimeinfo"), told.at("agentdetectioninfo")
    host = realtime.first("agentcomputername", "computername", "agentid") or realtime.need("agentcomputername")
    techniques = (
        one
        for mark in told.items("indicators")
        for tactic in mark.items("tactics")
        for one in tactic.items("techniques")
    )
    return Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id="threat",
        title=one_line(f"{info.text('classification') or 'Threat'}: {name}"),
        resource=_host(realtime, host, detected.text("agentipv4")),
        problem=info.first("sha1", "sha256", "md5") or name,
        source_uid=info.first("threatid") or told.need("id"),
        rule_name=info.text("classification"),
        summary=info.text("filepath", limit=SUMMARY),
        confidence=info.text("confidencelevel"),
        actor=info.text("processuser"),
        process=info.text("originatorprocess"),
        mitre=tuple(sorted({name for one in techniques if (name := one.text("name"))})),
        status=status,
        status_reason=reason,
        first_seen=info.time("identifiedat") or info.time("createdat"),
        observed_at=info.time("updatedat") or info.time("identifiedat"),
        pointer=told.pointer(),
    )


def _status(info: Wild) -> tuple[Status, str]:
    mitigation = info.text("mitigationstatus").lower()
    if info.text("analystverdict").lower() == "false_positive" or mitigation == "marked_as_benign":
        return Status.SUPPRESSED, "a false positive, says SentinelOne's analyst"
    if info.text("incidentstatus").lower() == "resolved":
        return Status.RESOLVED, "resolved in SentinelOne"
    return Status.OPEN, mitigation.replace("_", " ")


def _activity(told: Wild, data: Wild) -> Finding:
    name = data.first("filedisplayname", "threatname") or data.need("filedisplayname")
    at = told.time("updatedat") or told.time("createdat")
    return Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id="threat",
        title=one_line(f"{data.text('threatclassification') or 'Threat'}: {name}"),
        resource=_host(told, data.text("computername")),
        problem=data.text("filecontenthash") or name,
        source_uid=told.need("threatid"),
        rule_name=data.text("threatclassification"),
        summary=data.text("filepath", limit=SUMMARY),
        confidence=data.text("confidencelevel"),
        status_reason=told.text("primarydescription") if "itigated" in told.text("primarydescription") else "",
        first_seen=told.time("createdat"),
        observed_at=at,
        pointer=told.pointer(),
    )


def _rule(told: Wild, data: Wild) -> Finding:
    """An alert of a custom rule (STAR); its severity reads ``E_CRITICAL``."""
    word = data.text("severity").removeprefix("E_")
    severity, rule = from_word(word), data.need("ruleid")
    return Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=f"rule/{rule}",
        title=one_line(data.text("rulename", limit=400) or f"SentinelOne rule {rule}"),
        resource=_host(told, data.text("computername"), data.text("agentipv4")),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=f"sentinelone-rule-{rule}",
        source_uid=data.need("alertid"),
        summary=told.text("primarydescription", limit=SUMMARY),
        first_seen=data.time("detectedat"),
        observed_at=told.time("updatedat") or told.time("createdat"),
        pointer=told.pointer(),
    )


SOURCE = Source(
    id=ID,
    title="SentinelOne",
    family=Family.ENDPOINT,
    arrives="threats, and activities of threats and custom rules",
    kinds=(Kind.DETECTION,),
    says_gone="`resolved`, false positive",
    unconfirmed=(
        "how its webhook proves itself (a header of your choice is assumed) and what it sends (threats and activities "
        "are read as its API has them)"
    ),
    verifiers=(bearer(), static_header("x-api-key"), path_token()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Let SentinelOne's webhook, or what forwards its notifications, post threats or activities as JSON to this "
        "address with the secret as bearer token, in the header x-api-key, or after a slash at the address's end."
    ),
)
