"""OpenSCAP's results: XCCDF by itself, or inside an asset report (ARF)."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Source
from connectors.formats.xccdf import ARF, read_results
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.signing import bearer

ID = "openscap"


def _read(report: XmlFile) -> Iterator[Record]:
    report.expect("Benchmark", "TestResult", ARF, says="no results of oscap xccdf eval")
    yield from read_results(ID, report)


REPORT = XmlReport(_read)
SOURCE = Source(
    id=ID,
    title="OpenSCAP",
    family=Family.REPORT,
    arrives="`oscap xccdf eval --results` and `--results-arf`",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY),
    says_gone="pass, fixed, notapplicable",
    vendor_docs="https://manpages.ubuntu.com/manpages/noble/man8/oscap.8.html",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: (
        start.root == ARF or (start.root in ("Benchmark", "TestResult") and b"/xccdf/" in start.head)
    ),
    headers=REPORT.headers,
    docs=(
        "Run oscap xccdf eval with --results report.xml (or --results-arf) and post the file to /v1/scans/openscap "
        "with the secret as bearer token. If a host's own name is not what the inventory calls it, say that in the "
        "header X-Suture-Resource."
    ),
)
