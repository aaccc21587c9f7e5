"""Bandit's JSON reports of Python code, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.bandit_results import read_result
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.signing import bearer, standard_webhooks

ID = "bandit"


def _read(report: Report) -> Iterator[Record]:
    """A file that could not be read (``errors``) may hide what was there, so nothing is gone after such a run."""
    report.expect("results", "metrics", says="no report of bandit -f json")
    target = scanned(ID, report.named, at=report.head("generated_at").time("generated_at"))
    yield from report.each("results[]", partial(read_result, ID, target, Equals()))
    if target.scope and not report.heads("errors[]"):
        yield Snapshot(target.scope, target.observed_at)


def _recognise(start: Beginning) -> bool:
    return start.has("metrics._totals", "results") or start.has("results[].test_id", "results[].issue_severity")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Bandit",
    family=Family.REPORT,
    arrives="`bandit -f json`",
    kinds=(Kind.CODE, Kind.SECRET),
    says_gone="what a later report no longer shows",
    vendor_docs="https://bandit.readthedocs.io/en/latest/formatters/json.html",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run bandit -r . -f json over the whole repository, post the report to /v1/scans/bandit with the secret as "
        "bearer token, and name the repository in the header X-Suture-Resource: what a later report of the same name "
        "no longer shows is resolved, unless that run could not read a file."
    ),
)
