"""What gcloud tells of one image: its vulnerabilities by severity, and whether the analysis of it is over.

Shape: ``gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format=json``. Google's
documentation does not confirm what stands around Grafeas' occurrences there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Record, Snapshot
from connectors.formats.grafeas import image_of, occurrence
from connectors.formats.reports import Report
from connectors.wild import Wild

IMAGE = "image_summary.fully_qualified_digest"
OF_IMAGE = "package_vulnerability_summary"


def read_image(source: str, report: Report, head: Wild) -> Iterator[Record]:
    """The occurrences of the image that ``head`` names at ``IMAGE``, and a snapshot once the analysis is over.

    Raises Unreadable when it is over and the image has no name.
    """
    scope = f"{source} {image_of(head, *IMAGE.split('.')).id}" if _is_finished(report) else ""
    yield from report.each(f"{OF_IMAGE}.vulnerabilities{{}}[]", partial(occurrence, source, scope))
    if scope:
        yield Snapshot(scope)


def _is_finished(report: Report) -> bool:
    """Whether the report says that the analysis is over; one that is under way has not seen all yet."""
    status = "discovery.analysisStatus"
    states = report.heads("discovery_summary.discovery[]", status).values()
    return {one.text(*status.split(".")) for one in states} == {"FINISHED_SUCCESS"}
