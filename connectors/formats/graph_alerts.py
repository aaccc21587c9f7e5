"""Security alerts of Microsoft Graph (alerts_v2), with what each names as its evidence.

Shape: https://learn.microsoft.com/en-us/graph/api/resources/security-alert?view=graph-rest-1.0
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_OPEN = frozenset({"new", "inProgress", "unknown", "unknownFutureValue"})
_MOST = 50  # of what an alert names as its evidence
_FALSE = frozenset({"falsePositive", "informationalExpectedActivity"})


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One whole alert, on one of what it names; on the others it is told elsewhere.

    Raises Unreadable, of a bare notification too.
    """
    if told.get("subscriptionId") is not None and told.get("title") is None:
        raise told.bad(
            "Graph's notification holds only the alert's id; let a Logic App read the alert "
            "(GET /security/alerts_v2/{id}) and post the whole of it here",
            "resource",
        )
    word, identity, status = told.text("severity"), told.need("id"), told.need("status")
    severity, rule = from_word(word), _rule(told)
    judged = told.text("classification")
    if status not in _OPEN | {"resolved"}:
        raise told.bad("expected new, inProgress or resolved", "status")
    done = Status.SUPPRESSED if judged in _FALSE else Status.RESOLVED
    about, *others = _resources(told)
    finding = Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=about,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=identity,
        summary=told.text("description", limit=SUMMARY),
        actor=told.text("actorDisplayName"),
        mitre=tuple(sorted(told.texts("mitreTechniques"))),
        status=Status.OPEN if status in _OPEN else done,
        status_reason="" if status in _OPEN else f"resolved in Microsoft's portal: {judged or 'no reason told'}",
        first_seen=told.time("firstActivityDateTime") or told.time("createdDateTime"),
        last_seen=told.time("lastActivityDateTime"),
        observed_at=told.time("lastUpdateDateTime") or told.time("createdDateTime"),
        url=told.url("alertWebUrl"),
        remediation_text=told.text("recommendedActions", limit=SUMMARY),
        pointer=told.pointer(),
    )
    yield finding
    where = f"told of {about.name}"
    for other in others:
        yield replace(finding, resource=other, status=Status.ELSEWHERE, status_reason=where)


def _rule(told: Wild) -> str:
    """The detector, else who detected what sort of thing; never the title."""
    named = "/".join(part for part in (told.text("serviceSource"), told.text("category")) if part)
    return told.text("detectorId") or named or "unnamed detection"


def _resources(told: Wild) -> list[Resource]:
    """What somebody owns among the evidence, the first being what the alert is about: cloud resources before devices
    before accounts, each by name; at last the tenant.

    Evidence is added to an alert while it goes on. So all but the first are what it may have been told of before.
    """
    tenant = told.text("tenantId")
    found: dict[str, set[str]] = {"azure": set(), "host": set(), "account": set()}
    for one in told.items("evidence"):
        found["azure"].add(one.text("resourceId", limit=1_000))
        found["host"].add(one.first("deviceDnsName", "hostName", "mdeDeviceId").lower())
        account = one.at("userAccount")
        found["account"].add((account.first("userPrincipalName", "accountName") or one.text("primaryAddress")).lower())
    named = [resource_of(name) for name in sorted(found["azure"] - {""})]
    for kind, provider in (("host", "host"), ("account", "azure")):
        names = sorted(found[kind] - {""})
        named += [Resource(id=name, type=kind, name=name, provider=provider, account=tenant) for name in names]
    named = named[:_MOST]
    if not named or tenant:
        identity = tenant or told.need("tenantId")
        named.append(Resource(id=identity, type="tenant", name=identity, provider="azure", account=identity))
    first: dict[str, Resource] = {}
    for place in named:
        first.setdefault(place.id, place)
    return list(first.values())
