"""Google Artifact Analysis: vulnerabilities of images, as gcloud and the Container Analysis API tell them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.grafeas import image_of, occurrence
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer

ID = "gcp-artifact-analysis"
_IMAGE = "image_summary.fully_qualified_digest"
_OF_IMAGE, _OF_API = "package_vulnerability_summary", "occurrences"


def _read(report: Report) -> Iterator[Record]:
    """An image with its occurrences by severity, a list of them, or a page of the API's."""
    head = report.head(_IMAGE)
    if not head.value or _OF_API in head.value:
        yield from report.each("occurrences[]" if head.value else "[]", partial(occurrence, ID, ""))
        return
    if _OF_IMAGE not in head.value:
        raise UnknownShape(f"neither {_OF_IMAGE} nor {_OF_API} nor a list: nothing of Artifact Analysis")
    scope = f"{ID} {image_of(head, *_IMAGE.split('.')).id}" if _is_finished(report) else ""
    yield from report.each(f"{_OF_IMAGE}.vulnerabilities{{}}[]", partial(occurrence, ID, scope))
    if scope:
        yield Snapshot(scope)


def _is_finished(report: Report) -> bool:
    """Whether the report says that the analysis is over; one that is under way has not seen all yet."""
    status = "discovery.analysisStatus"
    states = report.heads("discovery_summary.discovery[]", status).values()
    return {one.text(*status.split(".")) for one in states} == {"FINISHED_SUCCESS"}


def _recognise(start: Beginning) -> bool:
    return start.has(_IMAGE) or any(
        start.has(f"{before}[].noteName", f"{before}[].resourceUri") for before in ("", _OF_API)
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Google Artifact Analysis",
    family=Family.CLOUD,
    arrives="vulnerabilities of container images: gcloud's JSON, the API's occurrences",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report of the same image no longer shows; assessed as fixed or not affected",
    vendor_docs="https://cloud.google.com/artifact-analysis/docs/os-overview",
    unconfirmed="what gcloud puts around the occurrences of an image, and the names of some types of packages",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format=json, or "
        "list-vulnerabilities, and post the JSON to /v1/scans/gcp-artifact-analysis with the secret as bearer token. "
        "Only the first names its image even when nothing is found: what its next report no longer shows is resolved."
    ),
)
