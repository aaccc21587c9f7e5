"""ZAP's traditional reports, in JSON and in XML: the same tree, so that one reader serves both."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.file_kinds import by_kind
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned_hosts import place_of, port_at, scanned_host, status_of, web_place
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import set_aside
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

ID = "zap"
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


def _json(report: Report) -> Iterator[Record]:
    report.expect("site", says="no report of ZAP")
    head = report.head("created", "@created")
    looked = head.time("created") or head.time("@created")
    yield from _sites(report, "site[]", "alerts[]", looked)


def _xml(report: XmlFile) -> Iterator[Record]:
    report.expect("OWASPZAPReport", says="no report of ZAP")
    looked = next((head.time("@created") for head in report.heads("OWASPZAPReport").values()), None)
    yield from _sites(report, "OWASPZAPReport/site", "alerts/alertitem", looked)


def _sites(report: Report, group: str, alerts: str, looked: datetime | None) -> Iterator[Record]:
    sites: dict[At, Site] = {}
    for place, told in report.heads(group, "@name", "@host", "@port").items():
        try:
            sites[place] = _site(told, looked)
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(sites, {report.join(group, alerts): _alert})


def _site(told: Wild, looked: datetime | None) -> Site:
    named = web_place(told.text("@name"))
    host = told.text("@host") or (named.host if named else "") or told.need("@host")
    return Site(scanned_host(host), port_at(told, "@port") or (named.port if named else None), looked)


def _alert(site: Site, told: Wild) -> Iterator[Finding]:
    """One alert of one site. Its instances are places of the same problem; they are told, and no finding each."""
    rule = told.first("alertRef", "pluginid") or told.need("pluginid")
    risk, confidence = told.text("riskcode"), told.text("confidence")
    severity = _RISKS.get(risk, Severity.UNKNOWN)
    status, reason = status_of(severity)
    if confidence == "0":
        status, reason = Status.SUPPRESSED, "marked as a false positive in ZAP"
    yield Finding(
        source=ID,
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


def _recognise(start: Beginning) -> bool:
    """GitLab's analyzer for DAST is ZAP, and puts ZAP's own report into GitLab's."""
    if start.has("scan.type"):
        return False
    return start.root == "OWASPZAPReport" or start.has("site[].alerts") or start.has("site[].@host", "@version")


REPORT = JsonReport(_json)
SOURCE = Source(
    id=ID,
    title="ZAP",
    family=Family.REPORT,
    arrives="traditional JSON and XML reports",
    kinds=(Kind.VULNERABILITY,),
    vendor_docs="https://www.zaproxy.org/docs/desktop/addons/report-generation/report-traditional-json/",
    verifiers=(bearer(),),
    read_report=by_kind(xml=XmlReport(_xml).read_report, json=REPORT.read_report),
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Let ZAP write the traditional JSON or XML report (zap-baseline.py -J report.json, or -x report.xml) and post "
        "the file to /v1/scans/zap with the secret as bearer token. ZAP does not say which rules it tried, so nothing "
        "is called gone by a later report; a person closes the case."
    ),
)
