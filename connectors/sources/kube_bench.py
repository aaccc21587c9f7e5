"""kube-bench's JSON: the CIS benchmark's checks of one Kubernetes node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
from connectors.quarantine import set_aside
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

ID = "kube-bench"
NO_NODE = "the report does not say which node it is about; post it with the header X-Suture-Resource: <cluster>/<node>"
_VERDICTS = {
    "FAIL": (Status.OPEN, ""),
    "PASS": (Status.PASSED, ""),
    "WARN": (Status.UNCHECKED, "kube-bench leaves this check to a person"),
    "INFO": (Status.UNCHECKED, "kube-bench did not run this check"),
}


@dataclass(frozen=True, slots=True)
class Controls:
    """One chapter of the benchmark, as checked on one node."""

    resource: Resource
    benchmark: str  # cis-1.23: numbers mean something else in another


def _read(report: Report) -> Iterator[Record]:
    """Chapters lie under Controls, in a list of themselves, or there is one alone, as --nototals writes them."""
    group = next((one for one in ("Controls[]", "[]") if report.heads(one)), "")
    heads = report.heads(group, "version") if group else {(): report.head("version")}
    if not group and "tests" not in heads[()].value:
        raise UnknownShape("no report of kube-bench --json: Controls or tests are not there")
    chapters: dict[At, Controls] = {}
    for place, told in heads.items():
        try:
            chapters[place] = _controls(told, report.named)
        except Unreadable as error:
            yield set_aside(error, told)
    below = report.join(group, "tests[].results[]") if group else "tests[].results[]"
    yield from report.within(chapters, {below: _check})


def _controls(told: Wild, named: str) -> Controls:
    benchmark = told.need("version")
    if not named:
        raise told.bad(NO_NODE)
    cluster, _, node = named.rpartition("/")
    node_ = Resource(id=named, type="host", name=node, provider="kubernetes", cluster=cluster)
    return Controls(node_, benchmark)


def _check(chapter: Controls, told: Wild) -> Iterator[Finding]:
    """One check. It has no severity; what it read on the node is left out."""
    number, verdict = told.need("test_number"), told.need("status").upper()
    if verdict not in _VERDICTS:
        raise told.bad("expected PASS, FAIL, WARN or INFO", "status")
    status, reason = _VERDICTS[verdict]
    rule = f"{chapter.benchmark}/{number}"
    yield Finding(
        source=ID,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("test_desc", limit=400) or rule),
        resource=chapter.resource,
        problem=f"cis-kubernetes/{rule}",
        summary=told.text("reason", limit=SUMMARY),
        status=status,
        status_reason=reason or verdict,
        remediation_text=told.text("remediation", limit=SUMMARY),
        pointer=told.pointer(),
    )


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
