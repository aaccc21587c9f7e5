"""Semgrep's JSON reports of source code, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.formats.semgrep_results import read_result
from connectors.signing import bearer, standard_webhooks

ID = "semgrep"


def _read(report: Report) -> Iterator[Record]:
    """A run with an error saw less than it was to see, so nothing is gone after it."""
    report.expect("results", "errors", says="no report of semgrep --json")
    target = scanned(ID, report.named)
    yield from report.each("results[]", partial(read_result, ID, target, Equals()))
    failed = any(one.text("level") == "error" for one in report.heads("errors[]", "level").values())
    if target.scope and not failed:
        yield Snapshot(target.scope)


def _recognise(start: Beginning) -> bool:
    return start.has("results[].check_id", "results[].extra") or start.has("results", "errors", "paths.scanned")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Semgrep",
    family=Family.REPORT,
    arrives="`semgrep scan --json`",
    kinds=(Kind.CODE, Kind.SECRET, Kind.VULNERABILITY),
    says_gone="what a later report no longer shows",
    vendor_docs="https://semgrep.dev/docs/semgrep-appsec-platform/json-and-sarif",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run semgrep scan --json over the whole repository, post the report to /v1/scans/semgrep with the secret as "
        "bearer token, and name the repository in the header X-Suture-Resource: what a later report of the same name "
        "no longer shows is resolved, unless that run had errors."
    ),
)
