"""Google Artifact Analysis: vulnerabilities of images, as gcloud and the Container Analysis API tell them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.gcloud_images import IMAGE, OF_IMAGE, read_image
from connectors.formats.grafeas import occurrence
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer

ID = "gcp-artifact-analysis"
_OF_API = "occurrences"


def _read(report: Report) -> Iterator[Record]:
    """An image with its occurrences by severity, a list of them, or a page of the API's."""
    head = report.head(IMAGE)
    if not head.value or _OF_API in head.value:
        yield from report.each("occurrences[]" if head.value else "[]", partial(occurrence, ID, ""))
        return
    if OF_IMAGE not in head.value:
        raise UnknownShape(f"neither {OF_IMAGE} nor {_OF_API} nor a list: nothing of Artifact Analysis")
    yield from read_image(ID, report, head)


def _recognise(start: Beginning) -> bool:
    return start.has(IMAGE) or any(
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
