"""Gitleaks' JSON reports of leaked secrets, posted by a pipeline. No part of a secret is ever kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.gitleaks_leaks import read_leak
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, standard_webhooks

ID = "gitleaks"


def _read(report: Report) -> Iterator[Record]:
    """No snapshot: a report may be of a few commits only, and a secret that left the code has still been leaked."""
    yield from report.each("[]", partial(read_leak, ID, report.named, Equals()))


def _recognise(start: Beginning) -> bool:
    return start.has("[].RuleID", "[].File", "[].Secret")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Gitleaks",
    family=Family.REPORT,
    arrives="`gitleaks … --report-format json`",
    kinds=(Kind.SECRET,),
    vendor_docs="https://github.com/gitleaks/gitleaks",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "Run gitleaks git --report-format json, post the report to /v1/scans/gitleaks with the secret as bearer "
        "token, and name the repository in the header X-Suture-Resource. The file is deleted once it is read. A "
        "secret that left the code stays open until a person says that it was rotated."
    ),
)
