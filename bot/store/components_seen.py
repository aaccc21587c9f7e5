"""Components that reports see on assets: kept as they pass by; what a later report no longer tells is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.upsert import replace_rows
from connectors.contract.context import Component
from connectors.contract.finding import ComponentSeen, Quarantined
from connectors.formats.purls import component_of

_SOURCE = "report of {}"  # beside inventories and bills of materials, which are named by where they lie


async def write_seen(
    connection: AsyncConnection, told: Sequence[ComponentSeen], source: str, at: datetime
) -> list[Quarantined]:
    """Keep what was seen at ``at`` on assets of the inventory, distributions' versions with their distribution.

    Returns what could not be kept: a resource the inventory does not know, once; a purl that is none.
    """
    aside: list[Quarantined] = []
    rows: list[dict[str, object]] = []
    assets = await _assets_of(connection, told)
    unnamed = set[str]()
    for each in told:
        asset = next((assets[name.lower()] for name in each.names if name.lower() in assets), "")
        if not asset:
            shown = next(iter(each.names), "nothing")
            if shown not in unnamed:
                unnamed.add(shown)
                why = f"these are components of {shown}, which the inventory does not know"
                aside.append(Quarantined(each.pointer, why))
            continue
        try:
            rows.append(_row(asset, component_of(each.purl), source, at))
        except ValueError as problem:
            aside.append(Quarantined(each.pointer, f"purl: {problem}", each.purl[:400]))
    unique = {(row["asset"], row["purl"]): row for row in rows}
    await replace_rows(connection, t.component, list(unique.values()))
    return aside


async def forget_unseen(connection: AsyncConnection, source: str, at: datetime) -> None:
    """Drop what earlier reports of the source saw on assets of which the one of ``at`` tells, and it did not."""
    theirs = t.component.c.source == _SOURCE.format(source)
    here = t.component.c.asset.in_(sa.select(t.component.c.asset).where(theirs, t.component.c.last_seen == at))
    await connection.execute(sa.delete(t.component).where(theirs, here, t.component.c.last_seen < at))


async def _assets_of(connection: AsyncConnection, told: Sequence[ComponentSeen]) -> dict[str, str]:
    names = sorted({name.lower() for each in told for name in each.names if name})
    if not names:
        return {}
    query = sa.select(t.asset_identifier).where(t.asset_identifier.c.identifier.in_(names))
    return {row.identifier: row.asset for row in await connection.execute(query)}


def _row(asset: str, component: Component, source: str, at: datetime) -> dict[str, object]:
    return {
        "asset": asset,
        "purl": component.purl,
        "source": _SOURCE.format(source),
        "name": component.name.lower(),
        "spelled": component.name.lower(),
        "version": component.version,
        "ecosystem": component.ecosystem,
        "last_seen": at,
    }
