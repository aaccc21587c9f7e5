"""Microsoft Defender XDR: alerts by its streaming API (Event Hub), table by table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.contract.source import Family, Source
from connectors.formats.azure_names import resource_of
from connectors.formats.json_records import JsonRecords
from connectors.formats.severities import from_word
from connectors.signing import bearer, entra_oidc, query_token
from connectors.text import clean, one_line
from connectors.wild import Wild

ID = "ms-defender-xdr"
_UNNAMED = "unnamed detection"
_INFO, _EVIDENCE = "AdvancedHunting-AlertInfo", "AdvancedHunting-AlertEvidence"


def _read(record: Wild) -> Iterator[Finding]:
    """An alert on the tenant it is in, and each piece of its evidence that somebody owns: a device, an account.

    AlertInfo names no device, and its evidence comes apart, before it or after. So what names one says that the alert
    is told there, and no longer of the tenant.
    """
    table = record.need("category")
    if table not in {_INFO, _EVIDENCE}:
        raise record.bad(f"{table} holds no alerts; stream AlertInfo and AlertEvidence only", "category")
    told = record.at("properties")
    resource = _tenant(record) if table == _INFO else _entity(told, record)
    if resource is None:
        return  # a file, a process, an address: part of the alert, and nobody's
    finding = _finding(record, told, resource)
    yield finding
    if table == _EVIDENCE and record.text("tenantId"):
        # Without a time of its own it counts from when it came in, which is after whenever AlertInfo was written.
        where = f"told of {finding.resource.name}"
        yield replace(finding, resource=_tenant(record), status=Status.ELSEWHERE, status_reason=where, observed_at=None)


def _finding(record: Wild, told: Wild, resource: Resource) -> Finding:
    word = told.text("Severity")
    severity, problem = from_word(word), _problem(told)
    return Finding(
        source=ID,
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


RECORDS = JsonRecords(
    _read, "no record of Defender XDR's streaming", inside=("records",), keys=("category", "properties")
)
SOURCE = Source(
    id=ID,
    title="Microsoft Defender XDR",
    family=Family.ENDPOINT,
    arrives="the tables AlertInfo and AlertEvidence of the streaming API",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://learn.microsoft.com/en-us/defender-xdr/streaming-api-event-hub",
    verifiers=(bearer(), entra_oidc(), query_token()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("ndjson",),
    docs=(
        "In the Defender portal, under Settings, Streaming API, stream the tables AlertInfo and AlertEvidence to an "
        "Event Hub, and let a function or Logic App post what it reads there to this address with Authorization: "
        "Bearer and the secret. The tables do not say when an alert is resolved; where that matters, send alerts by "
        "ms-graph-security."
    ),
)
