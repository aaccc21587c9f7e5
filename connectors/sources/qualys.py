"""Qualys' exports: CSV of VMDR and of scan reports, and its reports in XML."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.csv_report import CsvReport
from connectors.formats.file_kinds import by_kind
from connectors.formats.qualys_csv import COLUMNS, PREFACE, read_row
from connectors.formats.qualys_xml import ROOTS, read_xml
from connectors.formats.xml_report import XmlReport
from connectors.signing import bearer

ID = "qualys"


def _recognise(start: Beginning) -> bool:
    """XML by its root, where SCAN is a word that others use too; CSV by the column QID, below a preface or not."""
    if start.root == "SCAN":
        return b"qualys" in start.head[:2_000].lower()
    return start.root in ROOTS or (bool(start.columns) and (b'"QID"' in start.head or "QID" in start.columns))


SHEET = CsvReport(partial(read_row, ID), "no sheet of Qualys", COLUMNS, preface=PREFACE)
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
