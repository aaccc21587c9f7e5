"""Components that a bill or report lists, as records: one that no advisory can be matched with is set aside by name."""

from __future__ import annotations

from connectors.contract.finding import ComponentSeen, Quarantined
from connectors.formats.purls import component_of
from connectors.quarantine import excerpt
from connectors.text import one_line
from connectors.wild import Wild


def seen(
    names: tuple[str, ...], purl: str, told: Wild, *, called: str, key: str = "purl"
) -> ComponentSeen | Quarantined:
    """The component of that purl on the resource of those names; ``called`` is what people call it."""
    if not purl:
        reason = f"{called} has no package URL, so no advisory can be matched with it"
        return Quarantined(told.pointer(), reason, is_component=True)
    try:
        component_of(purl)
    except ValueError as problem:
        return Quarantined(told.pointer(key), f"purl: {one_line(str(problem))}", excerpt(told.value), is_component=True)
    return ComponentSeen(names, purl, told.pointer())
