"""Aqua's scan reports of container images, by its webhook or from a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.aqua_image import image_of, secrets, vulnerability
from connectors.formats.reports import JsonReport, Report
from connectors.quarantine import each
from connectors.signing import bearer, path_token, query_token

ID = "aqua"


def _read(report: Report) -> Iterator[Record]:
    report.expect("image", "resources", says="no scan report of Aqua's")
    image = image_of(ID, report.head("image", "digest", "os", "version", "scan_started.seconds"), report.named)
    parts = report.heads("resources[]", "resource", "scanned")
    resources = {place: told.at("resource") for place, told in parts.items()}
    yield from report.within(resources, {"resources[].vulnerabilities[]": partial(vulnerability, image)})
    yield from each(parts.values(), lambda told: secrets(image, told))
    if all(told.get("scanned") is not False for told in parts.values()):
        yield Snapshot(image.scope, image.scanned_at)


def _recognise(start: Beginning) -> bool:
    return start.has("resources[].resource", "image") and start.has("scan_started.seconds")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Aqua",
    family=Family.REPORT,
    arrives="scan reports of images, by webhook or as files",
    kinds=(Kind.VULNERABILITY, Kind.SECRET),
    says_gone="what a later report of the same image no longer shows",
    vendor_docs=(
        "https://support.aquasec.com/support/solutions/articles/"
        "16000120203-send-image-scan-results-to-an-external-system"
    ),
    unconfirmed="what stands in `resources`, which is read as users have published it: Aqua documents the head only",
    verifiers=(bearer(), path_token(), query_token()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Under Settings, Image Scan Results Webhook, enable sending and enter this address with the secret as its last "
        "part, or post the JSON report of the scanner to /v1/scans/aqua with the secret as bearer token. An image goes "
        "by its repository without the tag: what its next report no longer shows is resolved. A leaked "
        "key stays open until a person says that it was replaced. Aqua's verdict on its own policies is not read."
    ),
)
