"""testssl.sh's JSON, the flat list of --jsonfile and the grouped one of --jsonfile-pretty."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.testssl_checks import read_row, read_servers
from connectors.signing import bearer

ID = "testssl"


def _read(report: Report) -> Iterator[Record]:
    """Grouped by server when the report is an object, one row after another when it is a list."""
    head = report.head("startTime")
    if "scanResult" in head.value:
        yield from read_servers(ID, report, head.time("startTime"))
    elif head.value:
        raise UnknownShape("no report of testssl.sh --jsonfile: it is an object without scanResult")
    else:
        yield from report.each("[]", partial(read_row, ID))


def _recognise(start: Beginning) -> bool:
    return start.has("[].id", "[].ip", "[].port", "[].severity", "[].finding") or start.has(
        "scanResult[].targetHost", "Invocation"
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="testssl.sh",
    family=Family.REPORT,
    arrives="`testssl.sh --jsonfile` and `--jsonfile-pretty`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="`OK`",
    vendor_docs="https://github.com/testssl/testssl.sh/blob/HEAD/doc/testssl.1.md",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run testssl.sh with --jsonfile-pretty report.json (or --jsonfile, which does not say when it was made: of "
        "those the last to arrive counts) and post the file to /v1/scans/testssl with the secret as bearer token. Do "
        "not filter with --severity: a check that is OK is what resolves a finding. WARN, by which testssl.sh says "
        "that it could not check, changes nothing."
    ),
)
