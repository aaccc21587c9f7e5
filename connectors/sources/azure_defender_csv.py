"""Microsoft Defender for Cloud's recommendations, downloaded as CSV."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.azure_assessments import COLUMNS, listed
from connectors.formats.csv_report import CsvReport
from connectors.signing import bearer

ID = "azure-defender-csv"
REPORT = CsvReport(partial(listed, ID), "no recommendations of Defender for Cloud", COLUMNS)
SOURCE = Source(
    id=ID,
    title="Microsoft Defender for Cloud (CSV)",
    family=Family.REPORT,
    arrives="recommendations, downloaded as CSV",
    kinds=(Kind.COMPLIANCE,),
    says_gone="healthy",
    vendor_docs="https://github.com/Azure/Microsoft-Defender-for-Cloud/tree/main/Translate%20Recommendations",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: set(COLUMNS) <= set(start.columns),
    headers=REPORT.headers,
    docs=(
        "In Defender for Cloud, under Recommendations, choose Download CSV report, and post the file to "
        "/v1/scans/azure-defender-csv with the secret as bearer token. Download it without a filter on the state: the "
        "healthy rows say what is fixed."
    ),
)
