"""Rows of Microsoft Defender XDR's tables AlertInfo and AlertEvidence, as its streaming API sends them.

Shape: the columns of both in advanced hunting, each row inside the frame of the streaming API
(https://learn.microsoft.com/en-us/defender-xdr/streaming-api-event-hub).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import from_word
from connectors.text import clean, one_line
from connectors.wild import Wild

_UNNAMED = "unnamed detection"
_INFO, _EVIDENCE = "AdvancedHunting-AlertInfo", "AdvancedHunting-AlertEvidence"


def read_row(source: str, record: Wild) -> Iterator[Finding]:
    """An alert on the tenant it is in, and each piece of its evidence that somebody owns: a device, an account.

    AlertInfo names no device, and its evidence comes apart, before it or after. So what names one says that the alert
    is told there, and no longer of the tenant. Raises Unreadable.
    """
    table = record.need("category")
    if table not in {_INFO, _EVIDENCE}:
        raise record.bad(f"{table} holds no alerts; stream AlertInfo and AlertEvidence only", "category")
    told = record.at("properties")
    resource = _tenant(record) if table == _INFO else _entity(told, record)
    if resource is None:
        return  # a file, a process, an address: part of the alert, and nobody's
    finding = _finding(source, record, told, resource)
    yield finding
    if table == _EVIDENCE and record.text("tenantId"):
        # Without a time of its own it counts from when it came in, which is after whenever AlertInfo was written.
        where = f"told of {finding.resource.name}"
        yield replace(finding, resource=_tenant(record), status=Status.ELSEWHERE, status_reason=where, observed_at=None)


def _finding(source: str, record: Wild, told: Wild, resource: Resource) -> Finding:
    word = told.text("Severity")
    severity, problem = from_word(word), _problem(told)
    return Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=_rule(told),
        title=one_line(told.text("Title", limit=400) or problem),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem,
        source_uid=told.need("AlertId"),
        actor=told.text("RemoteIP"),
        process=told.text("FileName"),
        mitre=tuple(sorted(_listed(told, "AttackTechniques"))),
        observed_at=told.time("Timestamp") or record.time("time"),
        pointer=record.pointer(),
    )


def _rule(told: Wild) -> str:
    """Who detected it, which is the same in both tables; they name no rule, and titles are words."""
    return "/".join(filter(None, (told.text("ServiceSource"), told.text("DetectionSource")))) or _UNNAMED


def _problem(told: Wild) -> str:
    """Who detected what sort of thing. AlertInfo tells one category of it, the evidence may tell several."""
    category = told.text("Category") or ", ".join(sorted(_listed(told, "Categories")))
    return "/".join(part for part in (told.text("ServiceSource"), category) if part) or _UNNAMED


def _listed(told: Wild, key: str) -> tuple[str, ...]:
    """A list that the tables hold as JSON text."""
    text = told.text(key, limit=20_000)
    try:
        held = json.loads(text) if text.startswith("[") else [text]
    except (ValueError, RecursionError):
        held = [text]
    return tuple(clean(one) for one in held if isinstance(one, str) and one)


def _tenant(record: Wild) -> Resource:
    tenant = record.need("tenantId")
    return Resource(id=tenant, type="tenant", name=record.text("Tenant") or tenant, provider="azure", account=tenant)


def _entity(told: Wild, record: Wild) -> Resource | None:
    kind, tenant = told.need("EntityType"), record.text("tenantId")
    if kind == "Machine" and (name := told.first("DeviceName", "DeviceId")):
        return Resource(
            id=name.lower(), type="host", name=name, provider="host", account=tenant, ip=told.text("LocalIP")
        )
    if kind in {"User", "Mailbox"} and (name := told.first("AccountUpn", "AccountName", "AccountObjectId")):
        return Resource(id=name.lower(), type="account", name=name, provider="azure", account=tenant)
    if kind in {"CloudResource", "AzureResource"} and (name := told.text("ResourceID", limit=1_000)):
        return resource_of(name)
    return None
