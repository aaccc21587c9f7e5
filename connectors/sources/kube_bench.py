"""kube-bench's JSON: the CIS benchmark's checks of one Kubernetes node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.kube_bench_checks import Controls, controls_of, read_check
from connectors.formats.reports import JsonReport, Report
from connectors.quarantine import each_head
from connectors.signing import bearer
from connectors.wild import Wild

ID = "kube-bench"


def _read(report: Report) -> Iterator[Record]:
    """Chapters lie under Controls, in a list of themselves, or there is one alone, as --nototals writes them."""
    group = next((one for one in ("Controls[]", "[]") if report.heads(one)), "")
    heads: Mapping[At, Wild] = report.heads(group, "version") if group else {(): report.head("version")}
    if not group and "tests" not in heads[()].value:
        raise UnknownShape("no report of kube-bench --json: Controls or tests are not there")
    chapters: dict[At, Controls] = {}
    yield from each_head(heads, lambda told: controls_of(told, report.named), chapters)
    below = report.join(group, "tests[].results[]") if group else "tests[].results[]"
    yield from report.within(chapters, {below: partial(read_check, ID)})


def _recognise(start: Beginning) -> bool:
    return any(start.has(f"{before}tests[].results[].test_number") for before in ("Controls[].", "[].", ""))


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="kube-bench",
    family=Family.REPORT,
    arrives="`kube-bench --json`",
    kinds=(Kind.COMPLIANCE,),
    says_gone="PASS",
    vendor_docs="https://aquasecurity.github.io/kube-bench/latest/flags-and-commands",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run kube-bench with --json on each node and post the report to /v1/scans/kube-bench with the secret as bearer "
        "token and the header X-Suture-Resource: <cluster>/<node>, since the report does not say where it was made."
    ),
)
