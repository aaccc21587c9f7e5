"""What an OpenVEX document says of vulnerabilities in products: a statement for each product and subcomponent.

Shape: OpenVEX specification, 0.2, and 0.0.1 where it differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.statement import Stated, Statement
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY
from connectors.wild import Wild

_NAME = 2_000
_STATUSES = {
    "not_affected": Stated.NOT_AFFECTED,
    "fixed": Stated.FIXED,
    "affected": Stated.AFFECTED,
    "under_investigation": Stated.UNDER_INVESTIGATION,
}


@dataclass(frozen=True, slots=True)
class Document:
    """The head of a document. ``at`` is when this version of it was made, ``issued`` when the first was."""

    id: str
    author: str
    version: str
    at: datetime | None
    issued: datetime | None


def document_of(head: Wild) -> Document:
    """What stands beside the statements. Raises Unreadable."""
    made = head.time("last_updated") or head.time("timestamp")
    return Document(
        head.need("@id", limit=_NAME), head.text("author"), head.text("version"), made, head.time("timestamp")
    )


def read_statement(document: Document, told: Wild) -> Iterator[Statement]:
    """One for each product and subcomponent. What a statement does not say of its time is the document's.

    Raises Unreadable.
    """
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
                at=told.time("last_updated") or told.time("timestamp") or document.issued,
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
