"""Findings in OCSF, the schema that Security Hub, Prowler and many others share: classes 2001 to 2007.

Shape: schema.ocsf.io, category Findings, versions 1.0 to 1.5. One record may name several resources, vulnerabilities
and packages; each combination is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity
from connectors.formats.control_families import Family, control_name, family_of
from connectors.formats.ocsf_resources import places_of, resource_of
from connectors.formats.ocsf_states import INCIDENT, severity_of, status_of
from connectors.formats.ocsf_weaknesses import weaknesses
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

CLASSES = range(2001, 2008)
_SECURITY_FINDING, _COMPLIANCE, _DATA, _APPLICATION = 2001, 2003, 2006, 2007
# Whose Detection Findings are failed checks, and whose uid holds names that come and go with what was checked
_CHECKERS = frozenset({"prowler"})
_AT_REST = 1  # data_lifecycle_state_id: nobody is moving it, it lies where it should not
_NOWHERE = Resource(id="")  # until each of the finding's resources takes its place
_POSTURE = ("software and configuration checks", "exposure/")  # types of what is weak, not of what happened
_OF_AWS = "::productv2/aws/"  # Security Hub: its analytic is a detector or a version, and its types name the rule


def is_ocsf(told: Wild) -> bool:
    """Whether a record is one in this schema."""
    return isinstance(told.value, dict) and {"class_uid", "metadata"} <= told.value.keys()


def read_ocsf(source: str, told: Wild) -> Iterator[Record]:
    """The findings of one record, by the uid that the schema asks for, but for products known not to keep it.

    A vulnerability goes by its name and package all the same: one uid may cover several. What one resource or package
    of several lacks is set aside alone. Raises Unreadable for the record.
    """
    class_uid = told.whole("class_uid")
    if class_uid is None or class_uid not in CLASSES:
        raise told.bad(f"OCSF class {told.text('class_uid')} is no finding; send those of 2001 to 2007", "class_uid")
    base = _whole(source, told, class_uid)
    family = family_of(base.rule_id) if base.kind is Kind.COMPLIANCE and _is_control(base) else Family(base.rule_id)
    base = replace(base, problem=family.problem, world_open=family.world_open)
    base = replace(base, port=family.port or base.port, protocol=family.protocol or base.protocol)
    places = places_of(told)
    on_one = partial(_on_one, base, told)
    yield from on_one(places[0]) if len(places) == 1 else each(places, on_one)


def _on_one(base: Finding, told: Wild, place: Wild) -> Iterator[Record]:
    return weaknesses(replace(base, resource=resource_of(told, place)), told)


def _whole(source: str, told: Wild, class_uid: int) -> Finding:
    info = _info(told, class_uid)
    severity, severity_raw = severity_of(told)
    status, reason = status_of(told, class_uid)
    rule = _rule(told, info)
    evidence = next(told.items("evidences"), Wild({}))
    remediation = told.at("remediation") if told.get("remediation") is not None else info.at("remediation")
    summary = [told.text(key, limit=SUMMARY) for key in ("status_detail", "message")] + [
        info.text("desc", limit=SUMMARY)
    ]
    return Finding(
        source=source,
        kind=_kind(told, class_uid),
        rule_id=rule,
        title=one_line(_title(told, info) or rule),
        resource=_NOWHERE,
        severity=severity,
        severity_raw=severity_raw,
        severity_from="source" if severity is not Severity.UNKNOWN else "unknown",
        problem=rule,
        source_uid="" if product_of(told) in _CHECKERS else info.need("uid", limit=1_000),
        summary=next((text for text in summary if text), ""),
        confidence=told.text("confidence"),
        actor=evidence.text("src_endpoint", "ip") or told.text("actor", "user", "name"),
        process=evidence.text("process", "file", "path") or evidence.text("process", "name"),
        mitre=_techniques(told, info),
        status=status,
        status_reason=reason,
        first_seen=info.time("first_seen_time") or info.time("created_time"),
        last_seen=info.time("last_seen_time"),
        observed_at=info.time("modified_time") or told.time("time"),
        url=info.url("src_url") or told.url("src_url"),
        remediation_text=remediation.text("desc", limit=SUMMARY),
        remediation_url=next((url for one in remediation.items("references") if (url := one.url())), ""),
        port=evidence.whole("dst_endpoint", "port"),
        protocol=evidence.text("connection_info", "protocol_name"),
        pointer=told.pointer(),
    )


def _info(told: Wild, class_uid: int) -> Wild:
    """What says which finding it is; of an incident, the one of its findings whose uid comes first."""
    if class_uid == _SECURITY_FINDING:
        return told.at("finding")
    if class_uid != INCIDENT:
        return told.at("finding_info")
    listed = sorted(told.items("finding_info_list"), key=lambda one: one.text("uid"))
    if not listed:
        raise told.bad("the incident names none of its findings", "finding_info_list")
    return listed[0]


def product_of(told: Wild) -> str:
    """Who made the finding, in lower case."""
    return told.at("metadata", "product").first("uid", "name").lower()


def _kind(told: Wild, class_uid: int) -> Kind:
    if product_of(told) in _CHECKERS:
        return Kind.COMPLIANCE
    if class_uid == _APPLICATION:
        return Kind.COMPLIANCE if told.get("compliance") and not told.get("vulnerabilities") else Kind.CODE
    types = told.texts("finding_info", "types") or told.texts("finding", "types")
    if class_uid == _COMPLIANCE or any(word.lower().startswith(_POSTURE) for word in types):
        return Kind.COMPLIANCE
    if class_uid == _SECURITY_FINDING and told.get("compliance"):
        return Kind.COMPLIANCE
    lies = told.whole("data_security", "data_lifecycle_state_id") == _AT_REST or told.get("databucket") is not None
    return Kind.COMPLIANCE if class_uid == _DATA and lies else Kind.DETECTION


def _rule(told: Wild, info: Wild) -> str:
    """The control, check or analytic, without wording: a title may be told anew in other words."""
    analytic = info.at("analytic") if info.get("analytic") is not None else told.at("analytic")
    control = told.text("compliance", "control")
    of_type = "" if control else _specific(info.texts("types"))
    own = "" if of_type and _OF_AWS in told.text("metadata", "product", "uid") else analytic.first("uid", "name")
    named = [control, told.text("metadata", "event_code"), own]
    rule = next((name for name in named if name and ":detector/" not in name), "")  # GuardDuty's is one for all rules
    if rule:
        return control_name(rule)
    product = told.text("metadata", "product", "name") or told.text("metadata", "product", "uid")
    return of_type or f"{product or 'unnamed product'} {told.text('class_uid')}"


def _specific(types: tuple[str, ...]) -> str:
    """``Stealth:IAMUser/CloudTrailLoggingDisabled`` beside ``Threats``: the type that says most, in whatever order."""
    return min(types, key=lambda one: (":" not in one, -one.count("/"), one), default="")


def _title(told: Wild, info: Wild) -> str:
    """An incident has words of its own, beside those of its findings."""
    own = told.text("desc", limit=400) if told.whole("class_uid") == INCIDENT else ""
    return own or info.text("title", limit=400)


def _is_control(base: Finding) -> bool:
    """Not one of the finding's ``types``, which are paths of words."""
    return "/" not in base.rule_id or base.rule_id.startswith("cis/")


def _techniques(told: Wild, info: Wild) -> tuple[str, ...]:
    listed = [*info.items("attacks"), *told.items("attacks")]
    told_ids = (one.text("sub_technique", "uid") or one.text("technique", "uid") for one in listed)
    return tuple(sorted({uid for uid in told_ids if uid}))
