"""OpenVEX documents: what their author says of vulnerabilities in products, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Record
from connectors.contract.source import Beginning, Family, Source
from connectors.contract.statement import Stated, Statement, Stating
from connectors.formats.reports import JsonReport, Report
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.signing import bearer, standard_webhooks
from connectors.text import SUMMARY
from connectors.wild import Wild

ID = "openvex"
_NAME = 2_000
_STATUSES = {
    "not_affected": Stated.NOT_AFFECTED,
    "fixed": Stated.FIXED,
    "affected": Stated.AFFECTED,
    "under_investigation": Stated.UNDER_INVESTIGATION,
}


@dataclass(frozen=True, slots=True)
class _Document:
    id: str
    author: str
    version: str
    at: datetime | None


def _read(report: Report) -> Iterator[Record]:
    report.expect("@context", "@id", "statements", says="no OpenVEX document")
    head = report.head("@id", "author", "version", "timestamp", "last_updated")
    made = head.time("last_updated") or head.time("timestamp")
    document = _Document(head.need("@id", limit=_NAME), head.text("author"), head.text("version"), made)
    first = head.time("timestamp")
    yield from report.each("statements[]", lambda told: _statements(document, first, told))
    yield Stating(document=document.id, version=document.version, at=document.at)


def _statements(document: _Document, first: datetime | None, told: Wild) -> Iterator[Statement]:
    """One for each product and subcomponent. What a statement does not say of its time is the document's."""
    status = _STATUSES.get(told.need("status"))
    if status is None:
        raise told.bad(f"expected one of {', '.join(_STATUSES)}", "status")
    ids = _vulnerability(told)
    products = list(told.items("products"))
    if not products:
        raise told.bad("this is needed and is missing or empty", "products")
    for product in products:
        for component in _components(product):
            yield Statement(
                document=document.id,
                vuln_ids=ids,
                status=status,
                products=_names(product),
                component=component,
                justification=told.text("justification"),
                impact=told.text("impact_statement", limit=SUMMARY) or told.text("action_statement", limit=SUMMARY),
                author=told.text("supplier") or document.author,
                at=told.time("last_updated") or told.time("timestamp") or first,
                pointer=product.pointer(),
            )


def _vulnerability(told: Wild) -> tuple[str, ...]:
    """An object with name and aliases; a bare text before version 0.2."""
    if isinstance(told.get("vulnerability"), str):
        return sorted_ids((told.need("vulnerability"),))
    named = told.at("vulnerability")
    return sorted_ids((named.need("name"), *named.texts("aliases")))


def _names(product: Wild) -> tuple[str, ...]:
    """The purl first, then what else it is called; a bare text before version 0.2."""
    if isinstance(product.value, str):
        return (product.text(limit=_NAME) or product.need("@id"),)
    names = (product.text("identifiers", "purl", limit=_NAME), product.text("@id", limit=_NAME))
    return tuple(dict.fromkeys(filter(None, names))) or (product.need("@id"),)


def _components(product: Wild) -> Iterator[str]:
    """The packages inside the product of which it speaks; "" where it is the product as a whole."""
    parts = [] if isinstance(product.value, str) else list(product.items("subcomponents"))
    if not parts:
        yield ""
    for part in parts:
        purl = next((name for name in _names(part) if name.startswith("pkg:")), "")
        if not purl:
            raise part.bad("a subcomponent without a package URL; no finding could be matched with it", "@id")
        yield purl


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
