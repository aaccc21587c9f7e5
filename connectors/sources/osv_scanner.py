"""OSV-Scanner's JSON reports of lock files, SBOMs and images, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.osv_found import read_packages
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.signing import bearer, standard_webhooks

ID = "osv-scanner"


def _read(report: Report) -> Iterator[Record]:
    report.expect("results", says="no report of osv-scanner --format json")
    target = scanned(ID, report.named)
    yield from read_packages(ID, report, target)
    if target.scope:
        yield Snapshot(target.scope)


def _recognise(start: Beginning) -> bool:
    return start.has("results[].packages", "results[].source") or start.has("results", "experimental_config")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="OSV-Scanner",
    family=Family.REPORT,
    arrives="`osv-scanner --format json`",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report no longer shows",
    vendor_docs="https://google.github.io/osv-scanner/output/",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run osv-scanner scan with --format json, post the report to /v1/scans/osv-scanner with the secret as bearer "
        "token, and name the repository or image in the header X-Suture-Resource: what a later report of the same "
        "name no longer shows is resolved."
    ),
)
