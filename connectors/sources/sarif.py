"""SARIF files of any code scanner, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
from connectors.formats.sarif_results import read_result
from connectors.formats.sarif_runs import Run, heads_of, run_of, set_run_aside, snapshot_of
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable

ID = "sarif"


def _read(report: Report) -> Iterator[Record]:
    report.expect("version", "runs", says="no SARIF log")
    heads = heads_of(report)
    runs: dict[At, Run] = {}
    for place, head in heads.items():
        try:
            runs[place] = run = run_of(head, report.named)
            yield from run.aside
        except Unreadable as error:
            yield set_run_aside(error, head)
    yield from report.within(runs, {"runs[].results[]": partial(read_result, ID)})
    for place, run in runs.items():
        yield from snapshot_of(run, heads[place])


def _recognise(start: Beginning) -> bool:
    return "sarif" in start.texts.get("$schema", "").lower() or start.has("version", "runs[].tool")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="SARIF",
    family=Family.REPORT,
    arrives="SARIF 2.1.0 files of any code scanner",
    kinds=(Kind.CODE, Kind.SECRET, Kind.VULNERABILITY),
    says_gone="what a later run no longer shows",
    vendor_docs="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Let the scanner write SARIF 2.1.0 and post the file to /v1/scans/sarif with Authorization: Bearer and the "
        "secret. If the scanner does not write versionControlProvenance (few do), say which repository it is in the "
        "header X-Suture-Resource: github.com/acme/payments. What a later run of the same tool on the same repository "
        "no longer shows is resolved."
    ),
)
