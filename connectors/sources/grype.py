"""Grype's JSON reports of images, directories and SBOMs, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import AllSeen, Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.grype_matches import read_match, with_package
from connectors.formats.grype_target import names_of, target_of
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, standard_webhooks

ID = "grype"


def _read(report: Report) -> Iterator[Record]:
    report.expect("matches", "descriptor", says="no report of grype -o json")
    target = target_of(ID, report.head("source", "distro", "descriptor.timestamp"), report.named)
    names = names_of(target)
    read = partial(with_package, names, set(), partial(read_match, ID, target, Equals()))
    yield from report.every({"matches[]": read, "ignoredMatches[]": read})
    if names:
        yield AllSeen(names)
    if target.scope:
        yield Snapshot(target.scope, target.observed_at)


def _recognise(start: Beginning) -> bool:
    return start.has("matches[].vulnerability", "matches[].artifact") or start.texts.get("descriptor.name") == ID


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Grype",
    family=Family.REPORT,
    arrives="`grype -o json`",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report no longer shows",
    vendor_docs="https://github.com/anchore/grype",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run grype with -o json and post the report to /v1/scans/grype with the secret as bearer token. An image "
        "goes by its repository without the tag. Of a directory or an SBOM say what it is in the header "
        "X-Suture-Resource: what a later report of the same name no longer shows is resolved. Matches that grype "
        "ignores by its rules or by VEX stay suppressed."
    ),
)
