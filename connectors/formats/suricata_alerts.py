"""Alerts of Suricata's EVE log.

Shape: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Severity
from connectors.formats.addresses import other_end, ours
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.text import one_line
from connectors.wild import Wild

# Suricata's priority of a rule's class: 1 is the highest.
_SEVERITIES: Mapping[int, Severity] = {
    1: Severity.HIGH,
    2: Severity.MEDIUM,
    3: Severity.LOW,
    4: Severity.INFORMATIONAL,
}


def read_line(source: str, told: Wild) -> Iterator[Finding]:
    """One line of the log; nothing of what is no alert. Raises Unreadable."""
    if told.need("event_type") != "alert":
        return  # flows, DNS, TLS and the rest of the log are no alerts
    alert, at = told.at("alert"), told.time("timestamp")
    rule = f"{alert.text('gid') or '1'}:{alert.need('signature_id')}"
    sender, destination = told.text("src_ip"), told.text("dest_ip")
    about = alert.text("target", "ip") or ours(sender, destination) or told.need("dest_ip")
    port, protocol = told.whole("dest_port"), told.text("proto").lower()
    level = alert.whole("severity")
    severity = _SEVERITIES.get(level or 0, Severity.UNKNOWN)
    blocked = alert.text("action") == "blocked"
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(alert.text("signature", limit=400) or f"Suricata rule {rule}"),
        resource=Resource(id=about, type="host", name=about, ip=about),
        severity=severity,
        severity_raw="" if level is None else str(level),
        severity_from="source" if severity else "unknown",
        problem=f"suricata-{rule}",
        locator=(protocol, "" if port is None else str(port), destination),
        summary=_summary(told, alert),
        vuln_ids=_vulnerabilities(alert),
        actor=other_end(about, sender, destination),
        mitre=alert.at("metadata").texts("mitre_technique_id"),
        status_reason="Suricata blocked it" if blocked else "",
        first_seen=at,
        last_seen=at,
        observed_at=at,
        port=port if about == destination else None,
        protocol=protocol,
        pointer=told.pointer(),
    )


def _summary(told: Wild, alert: Wild) -> str:
    ends = " to ".join(
        ":".join(part for part in (told.text(f"{end}_ip"), told.text(f"{end}_port")) if part) for end in ("src", "dest")
    )
    name = told.text("http", "hostname") or told.text("tls", "sni")
    return ", ".join(part for part in (alert.text("category"), ends, name) if part)


def _vulnerabilities(alert: Wild) -> tuple[str, ...]:
    """Rules of Emerging Threats name them ``CVE_2014_0160``."""
    named = (one.replace("_", "-") for one in alert.at("metadata").texts("cve"))
    return sorted_ids(one for one in named if is_vulnerability_id(one))
