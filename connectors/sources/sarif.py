"""SARIF files of any code scanner, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
from connectors.formats.sarif import Run, read_result, run_of
from connectors.quarantine import set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable, Wild

ID = "sarif"
_HEAD = ("tool", "automationDetails", "versionControlProvenance", "artifacts", "invocations")
_SHOWN = ("automationDetails", "versionControlProvenance")


def _read(report: Report) -> Iterator[Record]:
    """Each run's head first, since nothing promises that its rules stand before its results; some tools sort keys."""
    report.expect("version", "runs", says="no SARIF log")
    heads = report.heads("runs[]", *_HEAD, begun=("results",))
    runs: dict[At, Run] = {}
    for place, head in heads.items():
        try:
            runs[place] = run = run_of(head, report.named)
            yield from run.aside
        except Unreadable as error:
            yield set_aside(error, Wild({key: head.get(key) for key in _SHOWN}))
    yield from report.within(runs, {"runs[].results[]": partial(read_result, ID)})
    for place, run in runs.items():
        if isinstance(heads[place].get("results"), list):  # a run without them has looked at nothing (SARIF 3.14.23)
            yield from _snapshot(run, heads[place])


def _snapshot(run: Run, head: Wild) -> Iterator[Record]:
    """None for a run that failed half-way (``executionSuccessful``): what it did not reach is not gone."""
    try:
        failed = any(one.get("executionSuccessful") is False for one in head.items("invocations"))
    except Unreadable as error:
        yield set_aside(error, Wild({key: head.get(key) for key in _SHOWN}))
        return
    if run.scope and not failed:
        yield Snapshot(run.scope, run.observed_at)


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
