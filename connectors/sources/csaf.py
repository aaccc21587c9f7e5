"""CSAF advisories and VEX: what a vendor says of vulnerabilities in its products, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.contract.statement import Stating
from connectors.formats.csaf import tree_of
from connectors.formats.csaf_statements import document_of, read_vulnerability
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, standard_webhooks

ID = "csaf"
_TAKEN_BACK = frozenset({"csaf_withdrawn", "csaf_superseded"})  # categories of CSAF 2.1


def _read(report: Report) -> Iterator[Record]:
    report.expect("document", says="no CSAF document")
    head = report.head("document.csaf_version", "document.category", "document.tracking", "document.publisher.name")
    told = head.at("document")
    told.need("csaf_version")
    document = document_of(told)
    if told.text("tracking", "status") == "draft":
        yield Quarantined("/document/tracking/status", "a draft is not yet said; it holds when it is interim or final")
        return
    if told.text("category") not in _TAKEN_BACK:
        tree, aside = tree_of(report)
        yield from aside
        yield from report.each("vulnerabilities[]", partial(read_vulnerability, document, tree))
    yield Stating(document=document.id, version=document.version, at=document.at)


def _recognise(start: Beginning) -> bool:
    return start.has("document.csaf_version") or start.has("document.category", "document.tracking.id")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="CSAF",
    family=Family.REPORT,
    arrives="CSAF 2.0 and 2.1 advisories and VEX",
    says_gone="`known_not_affected` and `fixed`, in the version of the product that is named",
    vendor_docs="https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Post the document to /v1/scans/csaf with the secret as bearer token. It tells no findings: it closes those of "
        "other tools on the products whose product_identification_helper has a package URL, and a later version of the "
        "same tracking.id opens them again. Whoever holds this secret can close findings, so give it to nobody but who "
        "may."
    ),
)
