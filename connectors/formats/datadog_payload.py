"""What Datadog fills into the payload that is our template: one monitor's change, or one security signal.

Variables: Datadog docs, "Webhooks".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, clean, one_line
from connectors.wild import Wild

_PRIORITIES = {
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.MEDIUM,
    "P4": Severity.LOW,
    "P5": Severity.INFORMATIONAL,
}
_WORKLOADS = {"kube_deployment": "deployment", "kube_stateful_set": "statefulset", "kube_daemon_set": "daemonset"}
_TEST = "[TEST]"
_UNSET = frozenset({"null", "none", "n/a"})


def read_payload(source: str, told: Wild) -> Iterator[Finding]:
    """The finding of one payload. Raises Unreadable."""
    signal, monitor = _said(told, "security_rule_id"), _said(told, "alert_id")
    if not signal and not monitor:
        raise told.bad("neither alert_id nor security_rule_id is there", "alert_id")
    word = _said(told, "security_severity") if signal else _said(told, "priority")
    severity = _PRIORITIES.get(word.upper(), from_word(word))
    status, reason = _status(told)
    tags = _tags(told)
    rule = signal or monitor
    title = _said(told, "security_title") if signal else _said(told, "title")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        rule_name=_said(told, "security_rule") if signal else "",
        title=one_line(title or _said(told, "event_title") or rule),
        resource=_resource(told, tags, rule),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        # A test must not stand for the alert that its monitor may have open.
        source_uid="test" if status is Status.SAMPLE else "" if signal else _said(told, "aggreg_key"),
        locator=(_said(told, "scope"),),
        summary=told.text("text", limit=SUMMARY),
        status=status,
        status_reason=reason,
        observed_at=told.time("date"),
        url=told.url("link"),
        pointer=told.pointer(),
    )


def _status(told: Wild) -> tuple[Status, str]:
    """What the transition says; a test that somebody sends from a monitor says so before its title."""
    if _said(told, "event_title").startswith(_TEST):  # the monitor's own title is whatever people call it
        return Status.SAMPLE, "the test of a monitor"
    gone = _said(told, "transition").lower() == "recovered"
    return (Status.RESOLVED, "Datadog says that it recovered") if gone else (Status.OPEN, "")


def _said(told: Wild, key: str) -> str:
    """A variable's value; one that Datadog did not fill is left as it stands in the template, or says so."""
    value = told.text(key, limit=1_000)
    return "" if value.startswith("$") or value.lower() in _UNSET else value


def _tags(told: Wild) -> dict[str, str]:
    """``a:1, b:2``, as Datadog joins them; of several with one name the first by the alphabet."""
    pairs = (part.strip().partition(":") for part in told.text("tags", limit=10_000).split(","))
    return {clean(name, 200): clean(value) for name, colon, value in sorted(pairs, reverse=True) if colon and value}


def _resource(told: Wild, tags: dict[str, str], rule: str) -> Resource:
    """The workload, the host, the service; else the monitor's group or the rule itself."""
    cluster, space = tags.get("kube_cluster_name", ""), tags.get("kube_namespace", "")
    kind = next((key for key in _WORKLOADS if tags.get(key)), "")
    host = _said(told, "hostname") or tags.get("host", "")
    if kind:
        identity = "/".join(part for part in (cluster, space, _WORKLOADS[kind], tags[kind]) if part)
        named = (identity, _WORKLOADS[kind], tags[kind])
    elif host:
        named = (host, "host", host)
    elif service := tags.get("service", ""):
        named = (service, "service", service)
    else:
        named = (_said(told, "scope") or rule, "monitor", "")
    return Resource(
        id=named[0],
        type=named[1],
        name=named[2],
        provider="kubernetes" if kind else "",
        account=tags.get("aws_account", ""),
        region=tags.get("region", ""),
        cluster=cluster,
        namespace=space,
        tags=tags,
    )
