"""ZAP's traditional reports, in JSON and in XML: the same tree, so that one reader serves both."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.file_kinds import by_kind
from connectors.formats.reports import JsonReport, Report
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.formats.zap_alerts import read_sites
from connectors.signing import bearer

ID = "zap"


def _json(report: Report) -> Iterator[Record]:
    report.expect("site", says="no report of ZAP")
    head = report.head("created", "@created")
    looked = head.time("created") or head.time("@created")
    yield from read_sites(ID, report, "site[]", "alerts[]", looked)


def _xml(report: XmlFile) -> Iterator[Record]:
    report.expect("OWASPZAPReport", says="no report of ZAP")
    looked = next((head.time("@created") for head in report.heads("OWASPZAPReport").values()), None)
    yield from read_sites(ID, report, "OWASPZAPReport/site", "alerts/alertitem", looked)


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
