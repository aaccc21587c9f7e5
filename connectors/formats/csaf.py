"""The product tree of a CSAF document: which packages its product ids stand for, and inside what.

Shape: https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html §3.2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from connectors.contract.finding import Quarantined
from connectors.formats.ecosystems import PACKAGE_FORMATS
from connectors.formats.reports import Report
from connectors.quarantine import set_aside
from connectors.wild import Unreadable, Wild

_PURL = 2_001


@dataclass(frozen=True, slots=True)
class Product:
    """A product id: a package or resource by its purl; ``inside`` is the product id that it is a part of, or ""."""

    name: str
    purl: str = ""
    part: str = ""  # the product id of the part, where this id stands for a relationship
    inside: str = ""


@dataclass(slots=True)
class Tree:
    """The products and groups of products by their ids."""

    products: dict[str, Product] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids(self, told: Wild) -> set[str]:
        """The products that a flag, threat or remediation is about."""
        groups = told.texts("group_ids")
        return {*told.texts("product_ids"), *(one for group in groups for one in self.groups.get(group, ()))}

    def spoken_of(self, product: str) -> tuple[str, str]:
        """(product, component) as a statement has them. Raises ValueError saying why no finding could be matched."""
        found = self.products.get(product)
        if found is None:
            raise ValueError("the product tree does not hold it")
        if not found.part:
            return _needed(found), ""
        part, whole = self.products.get(found.part), self.products.get(found.inside)
        if part is None or whole is None:
            raise ValueError("the product tree does not hold the parts of this relationship")
        purl = _needed(part)
        if whole.purl:
            return whole.purl, purl
        if _is_of_a_distribution(purl):
            return purl, ""
        raise ValueError(f"it is a part of {whole.name}, which has no package URL")


def _needed(product: Product) -> str:
    if not product.purl:
        raise ValueError(f"{product.name} has no package URL")
    return product.purl


def _is_of_a_distribution(purl: str) -> bool:
    """Whether the purl alone says in which distribution it is: its full version belongs to one release."""
    kind, _, rest = purl.removeprefix("pkg:").partition("/")
    return kind in PACKAGE_FORMATS and "@" in rest.partition("?")[0]


def tree_of(report: Report) -> tuple[Tree, list[Quarantined]]:
    """The product tree; parts of it that cannot be read are set aside."""
    tree, aside = Tree(), list[Quarantined]()
    for path, read in (
        ("product_tree.full_product_names[]", _full_name),
        ("product_tree.branches[]", _branch),
        ("product_tree.relationships[]", _relationship),
    ):
        for met in report.meet((path,)):
            if met.path and not met.expected:
                told = report.wild(met.at, met.value)
                try:
                    tree.products.update(read(told))
                except Unreadable as error:
                    aside.append(set_aside(error, told))
    for met in report.meet(("product_tree.product_groups[]",)):
        if met.path and not met.expected:
            told = report.wild(met.at, met.value)
            try:
                tree.groups[told.need("group_id")] = told.texts("product_ids")
            except Unreadable as error:
                aside.append(set_aside(error, told))
    return tree, aside


def _full_name(told: Wild) -> Iterator[tuple[str, Product]]:
    purl = told.text("product_identification_helper", "purl", limit=_PURL)
    yield told.need("product_id"), Product(told.need("name"), purl)


def _branch(told: Wild) -> Iterator[tuple[str, Product]]:
    if told.get("product") is not None:
        yield from _full_name(told.at("product"))
    for branch in told.items("branches"):
        yield from _branch(branch)


def _relationship(told: Wild) -> Iterable[tuple[str, Product]]:
    whole = told.at("full_product_name")
    part, inside = told.need("product_reference"), told.need("relates_to_product_reference")
    yield whole.need("product_id"), Product(whole.need("name"), part=part, inside=inside)
