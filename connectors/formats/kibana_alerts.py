"""One alert of a Kibana detection rule read into a finding.

Our template for the webhook connector takes the keys of an alert document, so a document of the alerts index is read
alike. Fields: Elastic docs, "Detection alert schema".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.images import image_repository
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_RULES = ("kibana.alert.rule.rule_id", "kibana.alert.rule.uuid")
_ABOUT = {  # what an alert may be about, the most lasting first
    "orchestrator.resource.name": "workload",
    "container.image.name": "container-image",
    "host.name": "host",
    "cloud.instance.id": "host",
    "service.name": "service",
    "user.name": "user",
    "source.ip": "host",
}


def is_alert(told: Wild) -> bool:
    """Whether it has fields of an alert's; which rule it is of is seen when it is read."""
    held = told.value if isinstance(told.value, dict) else {}
    return any(key.startswith("kibana.alert.") for key in held) or "kibana" in held


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert. Raises Unreadable."""
    rule = next((found for name in _RULES if (found := _field(told, name))), "")
    if not rule:
        raise told.bad("this is needed and is missing or empty", _RULES[-1])
    name, word = _field(told, "kibana.alert.rule.name"), _field(told, "kibana.alert.severity")
    severity = from_word(word)
    status, reason = _status(told)
    resource = _resource(told)
    user = _field(told, "user.name")
    at = _field(told, "kibana.alert.original_time") or _field(told, "@timestamp")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        rule_name=name,
        title=one_line(name or rule),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(user if resource.type != "user" else "",),
        summary=_field(told, "kibana.alert.reason", SUMMARY),
        actor=_field(told, "source.ip"),
        process=_field(told, "process.name"),
        status=status,
        status_reason=reason,
        observed_at=Wild({"at": at}, told.pointer()).time("at"),
        url=told.url("kibana.alert.url"),
        pointer=told.pointer(),
    )


def _status(told: Wild) -> tuple[Status, str]:
    """An alert that a rule no longer raises is recovered; one that people closed in Kibana is done with there."""
    if _field(told, "kibana.alert.status").lower() == "recovered":
        return Status.RESOLVED, "recovered"
    if _field(told, "kibana.alert.workflow_status").lower() == "closed":
        return Status.SUPPRESSED, "closed in Kibana"
    return Status.OPEN, ""


def _resource(told: Wild) -> Resource:
    key = next((key for key in _ABOUT if _field(told, key)), "")
    if not key:
        raise told.bad(f"the alert names nothing it is about: none of {', '.join(_ABOUT)} is there")
    name = _field(told, key)
    if _ABOUT[key] == "container-image":
        name = image_repository(name)
    cluster, space = _field(told, "orchestrator.cluster.name"), _field(told, "orchestrator.namespace")
    identity = "/".join(filter(None, (cluster, space, name))) if key == "orchestrator.resource.name" else name
    return Resource(
        id=identity,
        type=_ABOUT[key],
        name=name,
        provider=_field(told, "cloud.provider"),
        account=_field(told, "cloud.account.id"),
        region=_field(told, "cloud.region"),
        cluster=cluster,
        namespace=space,
    )


def _field(told: Wild, name: str, limit: int = 500) -> str:
    """A field under its dotted name or nested, of several values the first by the alphabet."""
    keys = (name,) if told.get(name) is not None else tuple(name.split("."))
    if isinstance(told.get(*keys), list):
        return min(told.texts(*keys, limit=limit), default="")
    return told.text(*keys, limit=limit)
