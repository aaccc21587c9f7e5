"""Qualys' exports: CSV of VMDR and of scan reports, and its reports in XML."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.csv_report import CsvReport
from connectors.formats.file_kinds import by_kind
from connectors.formats.qualys_detections import Detection, finding_of, qualys_host
from connectors.formats.qualys_xml import ROOTS, read_xml
from connectors.formats.scanned_hosts import cves_in
from connectors.formats.xml_report import XmlReport
from connectors.signing import bearer
from connectors.text import SUMMARY
from connectors.wild import Wild

ID = "qualys"
_PREFACE = 10  # rows about the report and whose it is, before the heading


def _row(told: Wild) -> Iterator[Finding]:
    """One row. The columns differ by export; a cell that is nothing may be ``-`` or ``'-``."""
    address = _cell(told, "IP", "Asset IPV4", "Asset IPV6")
    called = _cell(told, "Asset Name", "NetBIOS")
    name = _cell(told, "FQDN", "DNS", "DNS Name") or ("" if address else called)
    if not name and not address:
        raise told.bad("this row names no host", "IP")
    yield finding_of(
        ID,
        Detection(
            qid=told.need("QID"),
            resource=qualys_host(name, address, called),
            port=_port(told),
            protocol=_cell(told, "Protocol"),
            title=_cell(told, "Title", "Vulnerability"),
            level=_cell(told, "Severity"),
            kind=_cell(told, "Type Detected", "Type"),
            state=_cell(told, "Vuln Status", "Status"),
            is_ignored="yes" in (_cell(told, "Ignored").lower(), _cell(told, "Disabled").lower()),
            ids=cves_in(told.first("CVE ID", "CVE", limit=SUMMARY)),
            summary=_cell(told, "Threat", limit=SUMMARY),
            solution=_cell(told, "Solution", limit=SUMMARY),
        ),
        told.pointer(),
    )


def _cell(told: Wild, *columns: str, limit: int = 400) -> str:
    texts = (told.text(column, limit=limit).lstrip("'") for column in columns)
    return next((text for text in texts if text not in ("", "-", "--")), "")


def _port(told: Wild) -> int | None:
    text = _cell(told, "Port")
    if text and not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise told.bad("expected a port from 0 to 65535", "Port")
    return int(text) or None if text else None


def _recognise(start: Beginning) -> bool:
    """XML by its root, where SCAN is a word that others use too; CSV by the column QID, below a preface or not."""
    if start.root == "SCAN":
        return b"qualys" in start.head[:2_000].lower()
    return start.root in ROOTS or (bool(start.columns) and (b'"QID"' in start.head or "QID" in start.columns))


SHEET = CsvReport(_row, "no sheet of Qualys", ("QID", "Severity"), preface=_PREFACE)
SOURCE = Source(
    id=ID,
    title="Qualys",
    family=Family.REPORT,
    arrives="CSV of VMDR and of scan reports; detections, asset reports and scan results in XML",
    kinds=(Kind.VULNERABILITY,),
    says_gone="status Fixed",
    unconfirmed="the columns of each CSV export, and how the five levels compare with others' severities",
    verifiers=(bearer(),),
    read_report=by_kind(xml=XmlReport(partial(read_xml, ID)).read_report, text=SHEET.read_report),
    recognise=_recognise,
    headers=SHEET.headers,
    docs=(
        "Download the report as CSV or XML (or take the API's host list detections, with status=New,Active,Re-Opened,"
        "Fixed) and post the file to /v1/scans/qualys with the secret as bearer token. What is Fixed is resolved, so "
        "let the report hold what is fixed too."
    ),
)
