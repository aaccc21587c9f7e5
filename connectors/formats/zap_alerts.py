"""Alerts of ZAP's traditional reports, site by site: in JSON and in XML the same tree.

Shape: https://www.zaproxy.org/docs/desktop/addons/report-generation/report-traditional-json/
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.formats.json_paths import At
from connectors.formats.reports import Report
from connectors.formats.scanned_hosts import place_of, port_at, scanned_host, status_of, web_place
from connectors.quarantine import each_head
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_RISKS = {"0": Severity.INFORMATIONAL, "1": Severity.LOW, "2": Severity.MEDIUM, "3": Severity.HIGH}
_CONFIDENCES = {"0": "false positive", "1": "low", "2": "medium", "3": "high", "4": "confirmed"}
_MARKUP = re.compile(r"<[^<>]{1,40}>")
_SHOWN = 5  # places of an alert, in its summary


@dataclass(frozen=True, slots=True)
class Site:
    """One site of the report."""

    resource: Resource
    port: int | None
    looked: datetime | None


def read_sites(source: str, report: Report, group: str, alerts: str, looked: datetime | None) -> Iterator[Record]:
    """The ``alerts`` below each site of ``group``; a site that cannot be read is set aside."""
    sites: dict[At, Site] = {}
    heads = report.heads(group, "@name", "@host", "@port")
    yield from each_head(heads, lambda told: _site(told, looked), sites)
    yield from report.within(sites, {report.join(group, alerts): partial(_alert, source)})


def _site(told: Wild, looked: datetime | None) -> Site:
    named = web_place(told.text("@name"))
    host = told.text("@host") or (named.host if named else "") or told.need("@host")
    return Site(scanned_host(host), port_at(told, "@port") or (named.port if named else None), looked)


def _alert(source: str, site: Site, told: Wild) -> Iterator[Finding]:
    """One alert of one site. Its instances are places of the same problem; they are told, and no finding each."""
    rule = told.first("alertRef", "pluginid") or told.need("pluginid")
    risk, confidence = told.text("riskcode"), told.text("confidence")
    severity = _RISKS.get(risk, Severity.UNKNOWN)
    status, reason = status_of(severity)
    if confidence == "0":
        status, reason = Status.SUPPRESSED, "marked as a false positive in ZAP"
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(told.first("name", "alert") or f"ZAP alert {rule}"),
        resource=site.resource,
        severity=severity,
        severity_raw=risk,
        severity_from="source" if severity else "unknown",
        problem=f"zap-{rule}",
        locator=(place_of(site.port, "tcp"),),
        summary=_summary(told),
        confidence=_CONFIDENCES.get(confidence, ""),
        status=status,
        status_reason=reason,
        observed_at=site.looked,
        remediation_text=_plain(told.text("solution", limit=2 * SUMMARY))[:SUMMARY],
        port=site.port,
        protocol="tcp",
        pointer=told.pointer(),
    )


def _summary(told: Wild) -> str:
    places = [_instance(one) for one in told.at("instances").items(*_instances(told))]
    shown = "\n".join(dict.fromkeys(places[:_SHOWN]))
    more = f"\nand {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return f"{_plain(told.text('desc', limit=SUMMARY))[: SUMMARY // 2]}\n{shown}{more}".strip()[:SUMMARY]


def _instances(told: Wild) -> tuple[str, ...]:
    """In JSON the list itself, in XML its ``instance`` elements."""
    return () if isinstance(told.get("instances"), list) else ("instance",)


def _instance(told: Wild) -> str:
    """Where it was seen, without the query and without what was sent and found there, which may be a secret."""
    place = told.text("uri", limit=2_000).partition("?")[0][:200]
    parameter = told.text("param", limit=100)
    return f"{told.text('method', limit=20)} {place}" + (f" ({parameter})" if parameter else "")


def _plain(text: str) -> str:
    """ZAP's texts are HTML in a text: their markup is taken out."""
    return one_line(html.unescape(_MARKUP.sub(" ", text)), 2 * SUMMARY)
