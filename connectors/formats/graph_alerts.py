"""Security alerts of Microsoft Graph (alerts_v2), with what each names as its evidence.

Shape: https://learn.microsoft.com/en-us/graph/api/resources/security-alert?view=graph-rest-1.0
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_OPEN = frozenset({"new", "inProgress", "unknown", "unknownFutureValue"})
_FALSE = frozenset({"falsePositive", "informationalExpectedActivity"})


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One whole alert. Raises Unreadable, of a bare notification too."""
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
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=_resource(told),
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


def _rule(told: Wild) -> str:
    """The detector, else who detected what sort of thing; never the title."""
    named = "/".join(part for part in (told.text("serviceSource"), told.text("category")) if part)
    return told.text("detectorId") or named or "unnamed detection"


def _resource(told: Wild) -> Resource:
    """What somebody owns among the evidence: a cloud resource, a device, an account; of several the first by name."""
    tenant = told.text("tenantId")
    found: dict[str, set[str]] = {"azure": set(), "host": set(), "account": set()}
    for one in told.items("evidence"):
        found["azure"].add(one.text("resourceId", limit=1_000))
        found["host"].add(one.first("deviceDnsName", "hostName", "mdeDeviceId").lower())
        account = one.at("userAccount")
        found["account"].add((account.first("userPrincipalName", "accountName") or one.text("primaryAddress")).lower())
    named = {kind: sorted(names - {""}) for kind, names in found.items()}
    if named["azure"]:
        return resource_of(named["azure"][0])
    for kind, provider in (("host", "host"), ("account", "azure")):
        if named[kind]:
            return Resource(id=named[kind][0], type=kind, name=named[kind][0], provider=provider, account=tenant)
    identity = tenant or told.need("tenantId")
    return Resource(id=identity, type="tenant", name=identity, provider="azure", account=identity)
