"""OpenVAS' reports in XML, as Greenbone's manager writes them: alone, wrapped for download, or in an answer of GMP."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Source
from connectors.formats.json_paths import At
from connectors.formats.openvas_results import Run, read_host, read_result, run_of
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import each_head
from connectors.signing import bearer

ID = "openvas"
_WRAPPED = ("report/report", "get_reports_response/report/report", "report")


def _read(report: XmlFile) -> Iterator[Record]:
    """Each host that the scan lists as ended is a snapshot of the task, seen through the report's filter."""
    report.expect("report", "get_reports_response", says="no report of OpenVAS in XML")
    base = next((one for one in _WRAPPED if report.heads(f"{one}/results")), _WRAPPED[0])
    runs: dict[At, Run] = {}
    heads = report.heads(base, "task", "filters", "scan_run_status", "scan_end")
    yield from each_head(heads, partial(run_of, ID), runs)
    yield from report.within(runs, {f"{base}/results/result": partial(read_result, ID)})
    yield from report.within(runs, {f"{base}/host": read_host})


REPORT = XmlReport(_read)
SOURCE = Source(
    id=ID,
    title="OpenVAS",
    family=Family.REPORT,
    arrives="XML reports of OpenVAS and Greenbone",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report of the task, through the same filter, no longer shows of a host it lists",
    vendor_docs="https://docs.greenbone.net/API/GMP/gmp-22.5.html",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: (
        start.root in ("report", "get_reports_response") and (b"<gmp>" in start.head or b"<omp>" in start.head)
    ),
    headers=REPORT.headers,
    docs=(
        "Download the report in the format XML (or get_reports by GMP with details=1) and post the file to "
        "/v1/scans/openvas with the secret as bearer token. A host goes by its address, which is how OpenVAS lists it."
    ),
)
