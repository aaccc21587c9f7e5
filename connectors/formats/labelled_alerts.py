"""Alerts as Prometheus's Alertmanager posts them, and Grafana's alerting in the same shape: told by labels.

Shapes: Prometheus docs, "Alertmanager, webhook_config", version 4; Grafana docs, "Configure the webhook notifier".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Quarantined, Record, Resource, Status
from connectors.contract.source import Opened
from connectors.formats.severities import from_word
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.formats.workloads import workload_of
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

_WORKLOADS = ("deployment", "statefulset", "daemonset", "cronjob", "job_name", "workload")
# Labels that change while the alert stays the same one: who scraped, how bad, which replica.
_PASSING = frozenset({"severity", "priority", "kind", "category", "alertname", "instance", "pod", "pod_name", "pod_ip"})
_PASSING |= {"container_id", "id", "uid", "replica", "prometheus", "prometheus_replica", "endpoint", "monitor"}
_KINDS = frozenset(kind.value for kind in Kind)


def read_alerts(source: str, opened: Opened) -> Iterator[Record]:
    """Each member of ``alerts``; a body that was cut short (``truncatedAlerts``) says so in the quarantine.

    Raises UnknownShape.
    """
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or not isinstance(body.value.get("alerts"), list):
        raise UnknownShape("no list alerts, as Alertmanager's and Grafana's webhooks send it")
    yield from each(body.items("alerts"), partial(_read, source))
    try:
        cut = body.whole("truncatedAlerts") or 0
    except Unreadable as error:
        yield Quarantined(error.pointer, error.reason)
        return
    if cut > 0:
        yield Quarantined(
            body.pointer("truncatedAlerts"), f"{cut} alerts were cut off; raise max_alerts of the receiver"
        )


def _read(source: str, alert: Wild) -> Iterator[Finding]:
    labels, notes = alert.pairs("labels"), alert.pairs("annotations")
    rule = labels.get("alertname", "")
    if not rule:
        raise alert.bad("this is needed and is missing or empty", "labels", "alertname")
    severity_raw = labels.get("severity", "")
    severity = from_word(severity_raw)
    resource = _resource(labels, rule)
    told = alert.at("annotations")
    ids = sorted_ids(one for key in ("cve", "vulnerability_id") if is_vulnerability_id(one := labels.get(key, "")))
    status, reason = _status(alert, labels)
    yield Finding(
        source=source,
        kind=_kind(labels, bool(ids)),
        rule_id=rule,
        title=one_line(notes.get("summary") or notes.get("title") or rule),
        resource=resource,
        severity=severity,
        severity_raw=severity_raw,
        severity_from="source" if severity else "unknown",
        problem=ids[0] if ids else labels.get("problem") or rule,
        # Alertmanager's own fingerprint is over every label, severity and pod among them: worse would be another one.
        locator=tuple(f"{key}={labels[key]}" for key in sorted(labels) if key not in _PASSING and labels[key]),
        summary=told.text("description", limit=SUMMARY) or told.text("message", limit=SUMMARY),
        vuln_ids=ids,
        status=status,
        status_reason=reason,
        first_seen=alert.time("startsAt"),
        last_seen=alert.time("endsAt") if status is Status.RESOLVED else None,
        # Not startsAt: what was resolved since nobody heard of it fires again with the start it had. Alertmanager sends
        # one thing after another, so what comes last is how it stands.
        observed_at=None,
        url=alert.url("generatorURL"),
        remediation_url=told.url("runbook_url"),
        pointer=alert.pointer(),
    )


def _kind(labels: dict[str, str], has_vulnerability: bool) -> Kind:
    word = (labels.get("kind") or labels.get("category") or "").lower()
    if word in _KINDS:
        return Kind(word)
    return Kind.VULNERABILITY if has_vulnerability else Kind.DETECTION


def _status(alert: Wild, labels: dict[str, str]) -> tuple[Status, str]:
    word = alert.need("status").lower()
    if labels.get("alertname") == "TestAlert" and labels.get("instance") == "Grafana":
        return Status.SAMPLE, "Grafana's own test"
    if word not in {"firing", "resolved"}:
        raise alert.bad("expected firing or resolved", "status")
    return (Status.OPEN, "") if word == "firing" else (Status.RESOLVED, "resolved")


def _resource(labels: dict[str, str], rule: str) -> Resource:
    """What the labels name, the most lasting first: a resource, a workload, a host, a job."""
    cluster, namespace = labels.get("cluster", ""), labels.get("namespace", "")
    workload = next(((kind, labels[kind]) for kind in _WORKLOADS if labels.get(kind)), None)
    if workload is None and labels.get("pod"):
        workload = ("workload", workload_of(labels["pod"]))
    direct = next((labels[key] for key in ("resource", "resource_id", "arn") if labels.get(key)), "")
    if direct:
        named = (direct, "", direct)
    elif workload is not None:
        named = ("/".join(part for part in (cluster, namespace, *workload) if part), workload[0], workload[1])
    elif host := labels.get("node") or labels.get("host") or labels.get("hostname") or labels.get("instance"):
        named = (_without_port(host), "host", _without_port(host))
    else:
        named = (labels.get("service") or labels.get("job") or rule, "service", labels.get("service") or rule)
    return Resource(
        id=named[0],
        type=named[1],
        name=named[2],
        provider="kubernetes" if workload is not None and not direct else "",
        account=labels.get("account", ""),
        region=labels.get("region", ""),
        cluster=cluster,
        namespace=namespace,
        tags=labels,
    )


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() and not (name.count(":") and not name.endswith("]")) else host
