"""OSV-Scanner's JSON reports of lock files, SBOMs and images, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.osv_found import Found, found_of, read_vulnerability
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.quarantine import set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable, Wild

ID = "osv-scanner"
_PACKAGES = "results[].packages[]"


def _read(report: Report) -> Iterator[Record]:
    report.expect("results", says="no report of osv-scanner --format json")
    target = scanned(ID, report.named)
    sources = report.heads("results[]", "source.path")
    packages: dict[At, Found] = {}
    for place, head in report.heads(_PACKAGES, "package", "groups").items():
        try:
            packages[place] = found_of(target, sources.get(place[:2], Wild({})), head)
        except Unreadable as error:
            yield set_aside(error, head)
    readers = {f"{_PACKAGES}.vulnerabilities[]": partial(read_vulnerability, ID, Equals())}
    yield from report.within(packages, readers)
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
