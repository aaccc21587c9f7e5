"""Alerts of Prisma Cloud, as its webhooks post them and as its API has them, and of its Compute edition (Twistlock)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.images import image_repository
from connectors.formats.severities import from_word
from connectors.formats.windows import hour_of
from connectors.formats.workloads import workload_id
from connectors.text import SUMMARY, one_line
from connectors.times import read_time
from connectors.wild import Wild

_STATUSES: Mapping[str, Status] = {
    "open": Status.OPEN,
    "pending_resolution": Status.OPEN,
    "resolved": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
    "snoozed": Status.SUPPRESSED,
}
_KINDS: Mapping[str, Kind] = {
    "network": Kind.DETECTION,
    "anomaly": Kind.DETECTION,
    "audit_event": Kind.DETECTION,
    "workload_incident": Kind.DETECTION,
    "workload_vulnerability": Kind.VULNERABILITY,
}


def is_policy_alert(told: Wild) -> bool:
    """Whether an alert is about a policy; else it is one of Compute."""
    return isinstance(told.value, dict) and bool({"policyId", "policy", "alertId"} & told.value.keys())


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert of either kind. Raises Unreadable."""
    return (_of_policy if is_policy_alert(told) else _of_compute)(source, told)


def _of_policy(source: str, told: Wild) -> Iterator[Finding]:
    """One alert about a policy. Webhooks write ``policyId`` flat, the API below ``policy``."""
    policy, resource = told.at("policy"), told.at("resource")
    rule = told.text("policyId") or policy.text("policyId") or told.need("policyId")
    word = told.text("severity") or policy.text("severity")
    severity, state = from_word(word), (told.first("alertStatus", "status") or told.need("alertStatus")).lower()
    if state not in _STATUSES:
        raise told.bad("expected open, resolved, dismissed or snoozed", "alertStatus")
    kind = told.text("policyType") or policy.text("policyType")
    yield Finding(
        source=source,
        kind=_KINDS.get(kind.lower(), Kind.COMPLIANCE),
        rule_id=rule,
        title=one_line(told.text("policyName", limit=400) or policy.text("name", limit=400) or rule),
        resource=_resource(told, resource),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.first("alertId", "id") or told.need("alertId"),
        summary=told.text("policyDescription", limit=SUMMARY) or policy.text("description", limit=SUMMARY),
        status=_STATUSES[state],
        status_reason=told.first("alertDismissalNote", "reason") if _STATUSES[state] is not Status.OPEN else "",
        first_seen=told.time("firstSeen"),
        last_seen=told.time("lastSeen"),
        observed_at=told.time("alertTs") or told.time("lastSeen"),
        url=told.url("callbackUrl"),
        remediation_text=told.text("policyRecommendation", limit=SUMMARY)
        or policy.text("recommendation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _resource(told: Wild, resource: Wild) -> Resource:
    identity = (
        told.text("resourceId", limit=1_000) or resource.first("id", "rrn", limit=1_000) or told.need("resourceId")
    )
    return Resource(
        id=identity,
        type=told.first("resourceType", "resourceCloudService") or resource.text("resourceType"),
        name=told.text("resourceName") or resource.text("name") or identity,
        provider=(told.text("cloudType") or resource.text("cloudType")).lower(),
        account=told.text("accountId") or resource.text("accountId"),
        region=told.text("resourceRegionId") or resource.text("regionId"),
    )


def _of_compute(source: str, told: Wild) -> Iterator[Finding]:
    """One alert of Compute, in the JSON of its documentation's macros. It tells no severity and never ends."""
    if not told.text("message") and (told.get("vulnerabilities") or told.get("complianceIssues")):
        raise told.bad(
            "lists of vulnerabilities are not read here; post the scan report of twistcli", "vulnerabilities"
        )
    rule = told.first("category", "type") or told.need("type")
    at, written = _time(told.text("time")), told.text("time")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("message", limit=400) or rule),
        resource=_workload(told),
        problem=f"compute {rule}",
        rule_name=told.text("rule"),
        locator=(told.text("command", limit=1_000), hour_of(at)),
        summary=told.text("message", limit=SUMMARY),
        actor=told.text("user"),
        process=told.text("command", limit=1_000),
        first_seen=at,
        last_seen=at,
        observed_at=at,
        pointer=told.pointer(),
        warnings=(f"its time cannot be read: {written}",) if written and at is None else (),
    )


def _time(text: str) -> datetime | None:
    """Compute writes times for people, ``Jan 21, 2018 UTC``; one it writes otherwise must not cost the alert."""
    for form in ("%b %d, %Y %H:%M:%S UTC", "%b %d, %Y UTC"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        return read_time(text) if text else None
    except (ValueError, OverflowError):
        return None


def _workload(told: Wild) -> Resource:
    """The image's repository in its cluster and namespace; the function, or the host, where there is no container."""
    clusters, namespaces = told.texts("clusters"), told.texts("namespaces")
    cluster, namespace = next(iter(clusters), ""), next(iter(namespaces), "")
    image, host = told.text("image", limit=1_000), told.first("fqdn", "host")
    account, provider = told.text("accountID"), told.text("provider").lower()
    if image:
        name = image_repository(image)
        identity = workload_id(namespace, "image", name, cluster)
        kind, digest = "container-image", told.text("imageID")
        return Resource(id=identity, type=kind, name=name, cluster=cluster, namespace=namespace, image_digest=digest)
    if function := told.text("function"):
        return Resource(id=function, type="function", name=function, provider=provider, account=account)
    name = host or told.need("host")
    return Resource(id=name, type="host", name=name, provider="host", account=account, region=told.text("region"))
