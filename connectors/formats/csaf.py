"""The product tree of a CSAF document: which packages its product ids stand for, and inside what.

Shapes: https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html §3.2.2, and CSAF 2.1, where a product has
``purls`` and where ``product_paths`` stand for relationships (its JSON schema, of February 2026).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from connectors.contract.finding import Quarantined
from connectors.formats.ecosystems import PACKAGE_FORMATS
from connectors.formats.reports import Report
from connectors.quarantine import set_aside
from connectors.wild import Unreadable, Wild

Spoken = tuple[tuple[str, ...], str]

_PURL = 2_001


@dataclass(frozen=True, slots=True)
class Product:
    """A product id: a package or resource by its purls, any of which names it."""

    name: str
    purls: tuple[str, ...] = ()
    part: str = ""  # the product id of the part, where this id stands for a relationship
    inside: tuple[str, ...] = ()  # the product ids that the part is a part of, the nearest first


@dataclass(slots=True)
class Tree:
    """The products and groups of products by their ids."""

    products: dict[str, Product] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids(self, told: Wild) -> set[str]:
        """The products that a flag, threat or remediation is about."""
        groups = told.texts("group_ids")
        return {*told.texts("product_ids"), *(one for group in groups for one in self.groups.get(group, ()))}

    def spoken_of(self, product: str) -> tuple[Spoken, ...]:
        """(products, component) as statements have them. Raises ValueError saying why no finding could be matched."""
        found = self.products.get(product)
        if found is None:
            raise ValueError("the product tree does not hold it")
        if not found.part:
            return ((_needed(found), ""),)
        part, wholes = self.products.get(found.part), [self.products.get(one) for one in found.inside]
        if part is None or not wholes or None in wholes:
            raise ValueError("the product tree does not hold the parts of this relationship")
        return _part_of(_needed(part), [one for one in wholes if one is not None])


def _part_of(purls: tuple[str, ...], wholes: list[Product]) -> tuple[Spoken, ...]:
    """What is said of a part in one whole; of one in a whole that is in another no finding tells."""
    if len(wholes) == 1 and wholes[0].purls:
        return tuple((wholes[0].purls, purl) for purl in purls)
    if all(_is_of_a_distribution(purl) for purl in purls) and not any(one.purls for one in wholes):
        return ((purls, ""),)
    if len(wholes) > 1:
        raise ValueError(f"it is a part of a part: {', in '.join(one.name for one in wholes)}")
    raise ValueError(f"it is a part of {wholes[0].name}, which has no package URL")


def _needed(product: Product) -> tuple[str, ...]:
    if not product.purls:
        raise ValueError(f"{product.name} has no package URL")
    return product.purls


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
        ("product_tree.product_paths[]", _path),
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
    helper = told.at("product_identification_helper")
    purls = (helper.text("purl", limit=_PURL), *helper.texts("purls", limit=_PURL))
    yield told.need("product_id"), Product(told.need("name"), tuple(filter(None, purls)))


def _branch(told: Wild) -> Iterator[tuple[str, Product]]:
    if told.get("product") is not None:
        yield from _full_name(told.at("product"))
    for branch in told.items("branches"):
        yield from _branch(branch)


def _relationship(told: Wild) -> Iterable[tuple[str, Product]]:
    whole = told.at("full_product_name")
    part, inside = told.need("product_reference"), told.need("relates_to_product_reference")
    yield whole.need("product_id"), Product(whole.need("name"), part=part, inside=(inside,))


def _path(told: Wild) -> Iterable[tuple[str, Product]]:
    whole, part = told.at("full_product_name"), told.need("beginning_product_reference")
    inside = tuple(one.need("next_product_reference") for one in told.items("subpaths"))
    yield whole.need("product_id"), Product(whole.need("name"), part=part, inside=inside)
