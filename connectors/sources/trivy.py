"""Trivy's JSON reports of images, file systems and repositories, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.trivy_records import readers
from connectors.formats.trivy_report import HEAD, RESULT, artifact_of, results_of
from connectors.formats.trivy_snapshots import looked_for
from connectors.quarantine import set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable

ID = "trivy"


def _read(report: Report) -> Iterator[Record]:
    """Each class of records that a report looked for is a snapshot of the artifact."""
    report.expect("ArtifactName", says="no report of trivy --format json")
    head = report.head(*HEAD)
    try:
        artifact = artifact_of(head, report.named)
    except Unreadable as error:
        yield set_aside(error, head)
        return
    results, unread = results_of(report.heads("Results[]", *RESULT))
    yield from unread
    yield from report.within(results, readers(ID, artifact))
    yield from looked_for(report, artifact, results.values())


def _recognise(start: Beginning) -> bool:
    return start.has("ArtifactName") or start.has("SchemaVersion", "Results[].Target")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Trivy",
    family=Family.REPORT,
    arrives="`trivy --format json`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.SECRET),
    says_gone="what a later report no longer shows",
    vendor_docs="https://trivy.dev/latest/docs/configuration/reporting/",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run trivy with --format json and post the report to /v1/scans/trivy with the secret as bearer token. "
        "Scan by a name that lasts (the image's or repository's address, not a dot), or say it in the header "
        "X-Suture-Resource: what a later report of the same name no longer shows is resolved. Leaked secrets are not "
        "resolved that way unless the report holds any, since it does not say whether it looked for them. With "
        "--list-all-pkgs the packages become the components of what was scanned."
    ),
)
