"""CSAF advisories and VEX: what a vendor says of vulnerabilities in its products, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.contract.statement import Stated, Statement, Stating
from connectors.formats.csaf import Tree, tree_of
from connectors.formats.reports import JsonReport, Report
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.quarantine import excerpt
from connectors.signing import bearer, standard_webhooks
from connectors.text import SUMMARY
from connectors.wild import Wild

ID = "csaf"
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
_TAKEN_BACK = frozenset({"csaf_withdrawn", "csaf_superseded"})  # categories of CSAF 2.1


@dataclass(frozen=True, slots=True)
class _Document:
    id: str
    author: str
    version: str
    at: datetime | None


def _read(report: Report) -> Iterator[Record]:
    report.expect("document", says="no CSAF document")
    head = report.head("document.csaf_version", "document.category", "document.tracking", "document.publisher.name")
    told = head.at("document")
    told.need("csaf_version")
    tracking = told.at("tracking")
    made = tracking.time("current_release_date")
    document = _Document(tracking.need("id"), told.text("publisher", "name"), tracking.text("version"), made)
    if tracking.text("status") == "draft":
        yield Quarantined("/document/tracking/status", "a draft is not yet said; it holds when it is interim or final")
        return
    if told.text("category") not in _TAKEN_BACK:
        tree, aside = tree_of(report)
        yield from aside
        yield from report.each("vulnerabilities[]", partial(_vulnerability, document, tree))
    yield Stating(document=document.id, version=document.version, at=document.at)


def _vulnerability(document: _Document, tree: Tree, told: Wild) -> Iterator[Record]:
    """A statement for each product; one that cannot be matched is set aside without the others."""
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
