"""A component as it is stored: spelled for look-ups, with the source package its distribution built it from."""

from __future__ import annotations

from datetime import datetime

from connectors.contract.context import Component
from connectors.formats.purls import source_package


def component_row(asset: str, component: Component, *, source: str, at: datetime) -> dict[str, object]:
    """``asset`` is an id of the inventory or, of what the inventory does not know, the name that a report gave it."""
    name, (built_from, _) = component.name.lower(), source_package(component.purl)
    return {
        "asset": asset,
        "purl": component.purl,
        "source": source[:400],
        "name": name,
        "spelled": name,
        "built_from": built_from.lower() if built_from.lower() != name else "",
        "version": component.version,
        "ecosystem": component.ecosystem,
        "last_seen": component.last_seen or at,
    }
