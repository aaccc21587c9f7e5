"""OpenSCAP's results: XCCDF by itself, or inside an asset report (ARF)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Source
from connectors.formats.json_paths import At
from connectors.formats.xccdf import Tested, read_rule, tested, titles_of
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import set_aside
from connectors.signing import bearer
from connectors.wild import Unreadable

ID = "openscap"
_ARF = "asset-report-collection"
_RESULTS = ("Benchmark/TestResult", "TestResult", f"{_ARF}/reports/report/content/TestResult")
_BENCHMARKS = (
    "Benchmark",
    f"{_ARF}/report-requests/report-request/content/data-stream-collection/component/Benchmark",
    f"{_ARF}/report-requests/report-request/content/Benchmark",
)


def _read(report: XmlFile) -> Iterator[Record]:
    report.expect("Benchmark", "TestResult", _ARF, says="no results of oscap xccdf eval")
    titles = titles_of(report, _BENCHMARKS)
    heads = {place: told for base in _RESULTS for place, told in report.heads(base, "target", "target-facts").items()}
    if not heads:
        raise UnknownShape("this holds no TestResult: it is a benchmark, and not what oscap found with it")
    tests: dict[At, Tested] = {}
    for place, told in heads.items():
        try:
            tests[place] = tested(told, report.named, titles)
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(tests, {f"{base}/rule-result": partial(read_rule, ID) for base in _RESULTS})


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
        start.root == _ARF or (start.root in ("Benchmark", "TestResult") and b"/xccdf/" in start.head)
    ),
    headers=REPORT.headers,
    docs=(
        "Run oscap xccdf eval with --results report.xml (or --results-arf) and post the file to /v1/scans/openscap "
        "with the secret as bearer token. If a host's own name is not what the inventory calls it, say that in the "
        "header X-Suture-Resource."
    ),
)
