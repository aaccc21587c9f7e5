"""What Cloudflare tells by webhook: attacks, security alerts, scripts and certificates, each by its ``alert_type``.

Shape: Cloudflare docs, "Webhook payload schema".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_NAMED = ("target_hostname", "zone_name", "target_ip", "hostnames", "account_name")
_TYPES = {"target_hostname": "host", "zone_name": "zone", "target_ip": "ip", "hostnames": "host"}
_PLACES = ("certificate_id", "certificate_pack_id", "pack_id", "target_port", "protocol")
# How things run, what they cost and when they are mended: no finding. A type in no list here is one.
# fmt: off
NO_FINDING = frozenset({
    "advanced_http_alert_error", "billing_usage_alert", "custom_analytics", "device_connectivity_anomaly_alert",
    "failing_logpush_job_disabled_alert", "fbm_auto_advertisement", "health_check_status_notification",
    "http_alert_edge_error", "http_alert_origin_error", "image_notification", "image_resizing_notification",
    "incident_alert", "load_balancing_health_alert", "load_balancing_pool_enablement_alert",
    "magic_tunnel_health_check_event", "magic_wan_tunnel_health", "maintenance_event_notification",
    "pages_event_alert", "radar_notification", "real_origin_monitoring", "secondary_dns_all_primaries_failing",
    "secondary_dns_primaries_failing", "secondary_dns_warning", "secondary_dns_zone_successfully_updated",
    "secondary_dns_zone_validation_warning", "sentinel_alert", "stream_live_notifications",
    "synthetic_test_latency_alert", "synthetic_test_low_availability_alert", "traffic_anomalies_alert",
    "tunnel_health_event", "tunnel_update_event", "web_analytics_metrics_update", "weekly_account_overview",
    "workers_alert", "workers_observability_alert",
})
# fmt: on


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert of any type but those of ``NO_FINDING``. Raises Unreadable."""
    rule, data = told.need("alert_type"), told.at("data")
    resource = _resource(told, data)
    gone = told.text("alert_event").upper().endswith("_END")
    port = data.whole("target_port") or None
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE if _is_certificate(rule) else Kind.DETECTION,
        rule_id=rule,
        rule_name=data.text("rule_name") or told.first("policy_name", "name"),
        title=one_line(told.text("text", limit=800) or rule),
        resource=resource,
        severity=Severity.UNKNOWN,  # Cloudflare gives none
        problem=rule,
        locator=_locator(told, data, resource),
        summary=told.text("text", limit=SUMMARY),
        status=Status.RESOLVED if gone else Status.OPEN,
        status_reason="Cloudflare says that it ended" if gone else "",
        first_seen=data.time("start_time"),
        observed_at=told.time("ts"),
        url=data.url("dashboard_link"),
        port=port if port and 0 < port < 65_536 else None,
        protocol=data.text("protocol").lower(),
        pointer=told.pointer(),
    )


def _is_certificate(rule: str) -> bool:
    return "certificate" in rule or "ssl" in rule or rule == "expiring_service_token_alert"


def _locator(told: Wild, data: Wild, resource: Resource) -> tuple[str, ...]:
    """Which certificate or port. Where only the account is told, what Cloudflare itself groups together."""
    if resource.type == "account":
        return (told.text("alert_correlation_id"),)
    return tuple(f"{key}={data.text(key)}" for key in _PLACES if data.text(key))


def _resource(told: Wild, data: Wild) -> Resource:
    """The most exact name told: host, zone, address, else the account."""
    account = told.text("account_id")
    key = next((key for key in _NAMED if data.text(key)), "")
    name = data.text(key) if key else ""
    if key == "account_name" or not key:
        identity = account or told.need("policy_id")
        return Resource(id=identity, type="account", name=name or identity, provider="cloudflare", account=account)
    ip = name if key == "target_ip" else ""
    return Resource(id=name, type=_TYPES[key], name=name, provider="cloudflare", account=account, ip=ip)
