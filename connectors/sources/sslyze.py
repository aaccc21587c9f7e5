"""sslyze's JSON: what it found on each TLS server it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.sslyze_servers import read_server
from connectors.signing import bearer

ID = "sslyze"


def _read(report: Report) -> Iterator[Record]:
    report.expect("server_scan_results", "sslyze_version", says="no report of sslyze --json_out")
    looked = report.head("date_scans_completed").time("date_scans_completed")
    yield from report.each("server_scan_results[]", partial(read_server, ID, looked))


def _recognise(start: Beginning) -> bool:
    """The version stands at the end of the file, so a large report is known by its servers."""
    return start.has("server_scan_results[].server_location") or start.has("server_scan_results", "sslyze_version")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="sslyze",
    family=Family.REPORT,
    arrives="`sslyze --json_out`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="a check that ran and shows nothing",
    vendor_docs="https://nabla-c0d3.github.io/sslyze/documentation/json-output.html",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run sslyze with --json_out=report.json and post the file to /v1/scans/sslyze with the secret as bearer token. "
        "sslyze tells no severity. A server goes by the name it was scanned under."
    ),
)
