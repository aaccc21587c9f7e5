"""What a CSAF document says of one vulnerability: a statement for each product whose status it tells.

Shape: https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html §3.2.3, and CSAF 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Quarantined, Record
from connectors.contract.statement import Stated, Statement
from connectors.formats.csaf import Tree
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.quarantine import excerpt
from connectors.text import SUMMARY
from connectors.wild import Wild

# §3.2.3.9: a vulnerability's product_status. ``recommended`` says nothing of the vulnerability.
_STATUSES: Mapping[str, Stated] = {
    "known_not_affected": Stated.NOT_AFFECTED,
    "fixed": Stated.FIXED,
    "first_fixed": Stated.FIXED,
    "known_affected": Stated.AFFECTED,
    "first_affected": Stated.AFFECTED,
    "last_affected": Stated.AFFECTED,
    "under_investigation": Stated.UNDER_INVESTIGATION,
}


@dataclass(frozen=True, slots=True)
class Document:
    """What each statement has of its document."""

    id: str
    author: str
    version: str
    at: datetime | None


def document_of(told: Wild) -> Document:
    """What a document's head tells of it. Raises Unreadable."""
    tracking = told.at("tracking")
    made = tracking.time("current_release_date")
    return Document(tracking.need("id"), told.text("publisher", "name"), tracking.text("version"), made)


def read_vulnerability(document: Document, tree: Tree, told: Wild) -> Iterator[Record]:
    """A statement for each product; one that cannot be matched is set aside without the others. Raises Unreadable."""
    ids = _ids(told)
    why, words = _said(told, tree, "flags", "label"), _said(told, tree, "threats", "details", "impact")
    dates = _dates(told, tree)
    status = told.at("product_status")
    for key, stated in _STATUSES.items():
        for number, product in enumerate(status.texts(key)):
            pointer = status.pointer(key, number)
            try:
                spoken = tree.spoken_of(product)
            except ValueError as problem:
                yield Quarantined(pointer, f"{product}: {problem}, so no finding can be matched with it", excerpt(ids))
                continue
            for products, component in spoken:
                yield Statement(
                    document=document.id,
                    vuln_ids=ids,
                    status=stated,
                    products=products,
                    component=component,
                    justification=why.get(product, "") if stated is Stated.NOT_AFFECTED else "",
                    impact=words.get(product, ""),
                    author=document.author,
                    at=dates.get(product) or document.at,
                    pointer=pointer,
                )


def _ids(told: Wild) -> tuple[str, ...]:
    others = (one.text("text") for one in told.items("ids"))
    cve = told.text("cve")
    found = sorted_ids((cve, *(other for other in others if is_vulnerability_id(other))))
    if not found:
        raise told.bad("neither a CVE nor another known id of the vulnerability", "cve")
    return found


def _said(told: Wild, tree: Tree, key: str, text: str, category: str = "") -> dict[str, str]:
    """By product: the label of its flag, or the details of its threat of a category."""
    found: dict[str, str] = {}
    for one in told.items(key):
        if not category or one.text("category") == category:
            found |= dict.fromkeys(tree.ids(one), one.text(text, limit=SUMMARY))
    return found


def _dates(told: Wild, tree: Tree) -> dict[str, datetime]:
    """When a flag was set, where it says so."""
    dated = ((one, one.time("date")) for one in told.items("flags"))
    return {product: at for one, at in dated if at is not None for product in tree.ids(one)}
