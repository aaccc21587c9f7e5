"""The components of a CycloneDX bill, nested ones too, and those that its vulnerabilities speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from connectors.contract.finding import Record
from connectors.formats.components import seen
from connectors.formats.cyclonedx import Bill, with_told_source
from connectors.quarantine import set_aside
from connectors.wild import Unreadable, Wild

_PACKAGES = frozenset({"library", "framework", "application"})  # types of which a purl is to be expected
_PURL = 2_001  # one character more than a purl may have, so that a cut one is not taken for whole


@dataclass(frozen=True, slots=True)
class Listed:
    """One component as the bill lists it."""

    name: str
    version: str
    purl: str


def listed_of(told: Wild) -> Listed:
    """The component; its purl names the source package it was built from, where the bill says which."""
    group, name = told.text("group"), told.need("name")
    purl = told.text("purl", limit=_PURL)
    purl = with_told_source(purl, told.get("properties")) if purl else ""
    return Listed(f"{group}/{name}" if group else name, told.text("version"), purl)


def components(bill: Bill, told: Wild, wanted: frozenset[str], found: dict[str, Listed]) -> Iterator[Record]:
    """What is seen of a component and of those inside it; one that cannot be read keeps none of the others.

    ``found`` gets those whose bom-ref is ``wanted``.
    """
    try:
        listed, ref = listed_of(told), told.text("bom-ref", limit=1_000)
        if ref in wanted:
            found[ref] = listed
        if bill.names and (listed.purl or told.text("type") in _PACKAGES):
            yield seen(bill.names, listed.purl, told, called=listed.name)
        inside = list(told.items("components"))
    except Unreadable as error:
        yield replace(set_aside(error, told), is_component=True)
        return
    for one in inside:
        yield from components(bill, one, wanted, found)
