"""Kubescape's JSON: the controls of its frameworks, on each object of a cluster or a repository."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.kubescape_frameworks import read_frameworks
from connectors.formats.kubescape_objects import NO_CLUSTER
from connectors.formats.kubescape_results import read_results
from connectors.formats.reports import JsonReport, Report
from connectors.formats.repositories import repository_name
from connectors.signing import bearer

ID = "kubescape"


def _read(report: Report) -> Iterator[Record]:
    told = report.head().value
    if not told or "controlReports" in told:
        target = repository_name(report.named)
        yield from read_frameworks(ID, report, "" if told else "[]", target, () if target else (NO_CLUSTER,))
        return
    report.expect("results", "summaryDetails", says="no report of kubescape --format json")
    yield from read_results(ID, report)


def _recognise(start: Beginning) -> bool:
    if start.has("customerGUID") and (start.has("summaryDetails") or start.has("resources[].resourceID")):
        return True
    return any(start.has(f"{before}controlReports[].controlID") for before in ("", "[]."))


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Kubescape",
    family=Family.REPORT,
    arrives="`kubescape scan --format json`, versions 1 and 2",
    kinds=(Kind.COMPLIANCE,),
    says_gone="passed; of version 1 what a later report of the same framework no longer shows",
    vendor_docs="https://github.com/kubescape/kubescape/blob/master/docs/getting-started.md",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run kubescape scan --format json --output report.json and post the file to /v1/scans/kubescape with the "
        "secret as bearer token and the header X-Suture-Resource: <cluster or repository>, where the report names "
        "neither, as in format version 1."
    ),
)
