"""One incident of Microsoft Sentinel read into a finding.

Shapes: Azure REST API, Microsoft.SecurityInsights ``incidents``, whose words are its ``properties``; for the body of a
Logic App's trigger Microsoft's page on Sentinel's triggers and actions in playbooks.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, clean, one_line
from connectors.wild import Wild

_BESIDE = "/providers/microsoft.securityinsights/"
_FALSE = frozenset({"FalsePositive", "BenignPositive"})


def read_incident(source: str, body: Wild) -> Iterator[Finding]:
    """A trigger's body holds the incident under ``object``; the API tells it alone. Raises Unreadable."""
    record = body.at("object") if body.get("object") is not None else body
    told = record.at("properties") if record.get("properties") is not None else record
    identity, word = record.need("id", limit=1_000).lower(), told.text("severity")
    severity = from_word(word)
    status, reason = _status(told)
    involved = _involved(told)
    summary = told.text("description", limit=SUMMARY)
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id="incident",  # its analytics rules may become more while it grows
        title=one_line(told.need("title", limit=400)),
        resource=_workspace(record, identity),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=_problem(told),
        source_uid=identity,
        summary=clean("\n".join(part for part in (summary, involved) if part), SUMMARY),
        mitre=tuple(sorted({*told.texts("additionalData", "techniques"), *told.texts("additionalData", "tactics")})),
        status=status,
        status_reason=reason,
        first_seen=told.time("firstActivityTimeUtc") or told.time("createdTimeUtc"),
        last_seen=told.time("lastActivityTimeUtc"),
        observed_at=told.time("lastModifiedTimeUtc") or told.time("createdTimeUtc"),
        url=told.url("incidentUrl"),
        pointer=record.pointer(),
    )


def _problem(told: Wild) -> str:
    """The analytics rule; of several the first by name. Without one, who made the incident."""
    rules = sorted(one.lower().rpartition("/")[2] for one in told.texts("relatedAnalyticRuleIds", limit=1_000))
    return next(iter(rules), "") or told.text("providerName") or "Microsoft Sentinel"


def _workspace(record: Wild, identity: str) -> Resource:
    """Where the incident is: its hosts and accounts come and go while it grows, and would make it another each time."""
    before, found, _ = identity.partition(_BESIDE)
    if not found:
        raise record.bad("expected the id of an incident, /subscriptions/…/incidents/…", "id")
    named = record.text("id", limit=1_000)[: len(before)].rpartition("/")[2]
    return replace(resource_of(before), name=named)


def _status(told: Wild) -> tuple[Status, str]:
    status, judged = told.need("status"), told.text("classification")
    if status not in {"New", "Active", "Closed"}:
        raise told.bad("expected New, Active or Closed", "status")
    if status != "Closed":
        return Status.OPEN, ""
    return (
        Status.SUPPRESSED if judged in _FALSE else Status.RESOLVED
    ), f"closed in Sentinel: {judged or 'no reason told'}"


def _involved(told: Wild) -> str:
    """The hosts, accounts and addresses that are in it, for who reads the card."""
    named = set[str]()
    for entity in told.items("relatedEntities"):
        held = entity.at("properties")
        kind = entity.text("kind")
        if name := held.first("hostName", "accountName", "address", "resourceId", "friendlyName"):
            named.add(f"{kind} {name}".strip())
    return f"Involved: {', '.join(sorted(named))}" if named else ""
