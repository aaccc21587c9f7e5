"""OpenVEX documents: what their author says of vulnerabilities in products, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Record
from connectors.contract.source import Beginning, Family, Source
from connectors.contract.statement import Stating
from connectors.formats.openvex_statements import document_of, read_statement
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, standard_webhooks

ID = "openvex"


def _read(report: Report) -> Iterator[Record]:
    report.expect("@context", "@id", "statements", says="no OpenVEX document")
    document = document_of(report.head("@id", "author", "version", "timestamp", "last_updated"))
    yield from report.each("statements[]", partial(read_statement, document))
    yield Stating(document=document.id, version=document.version, at=document.at)


def _recognise(start: Beginning) -> bool:
    return "openvex.dev/ns" in start.texts.get("@context", "")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="OpenVEX",
    family=Family.REPORT,
    arrives="OpenVEX documents, 0.0.1 and 0.2",
    says_gone="`not_affected` and `fixed`, in the version of the product that is named",
    vendor_docs="https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Post the document to /v1/scans/openvex with the secret as bearer token. It tells no findings: it closes those "
        "of other tools on the products that it names by package URL, and a later version of the same @id opens them "
        "again. Whoever holds this secret can close findings, so give it to nobody but who may."
    ),
)
