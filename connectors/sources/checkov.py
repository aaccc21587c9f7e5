"""Checkov's JSON reports of infrastructure code, posted by a pipeline: one object, or a list of one a framework."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.checkov_checks import LISTS, Look, look_of, read_check
from connectors.formats.json_paths import At
from connectors.formats.one_or_many import documents
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.quarantine import each_head
from connectors.signing import bearer, standard_webhooks

ID = "checkov"


def _read(report: Report) -> Iterator[Record]:
    """What found nothing to look at is an object with counts only, and says nothing."""
    before, heads = documents(report, "check_type", "summary.parsing_errors", "checkov_version")
    if not any(head.get("check_type") or head.get("checkov_version") for head in heads.values()):
        raise UnknownShape("no report of checkov -o json: neither check_type nor checkov_version is there")
    looks: dict[At, Look] = {}
    yield from each_head(heads, partial(look_of, ID, report.named), looks)
    equals = Equals()
    readers = {f"{before}results.{name}[]": partial(read_check, ID, equals, status) for name, status in LISTS.items()}
    yield from report.within(looks, readers)
    yield from (Snapshot(look.target.scope) for look in looks.values() if look.is_whole and look.target.scope)


def _recognise(start: Beginning) -> bool:
    of_one = start.has("check_type", "results.failed_checks") or start.has("checkov_version", "resource_count")
    return of_one or start.has("[].check_type", "[].results.failed_checks")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Checkov",
    family=Family.REPORT,
    arrives="`checkov -o json`",
    kinds=(Kind.COMPLIANCE, Kind.SECRET, Kind.VULNERABILITY),
    says_gone="passed checks, and what a later report no longer shows",
    vendor_docs="https://www.checkov.io/8.Outputs/JSON.html",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run checkov -d . -o json over the whole repository, post the report to /v1/scans/checkov with the secret as "
        "bearer token, and name the repository in the header X-Suture-Resource: what a later report of the same name "
        "and framework no longer shows is resolved, unless a file could not be parsed."
    ),
)
