"""Components that reports see: kept as they pass by, under the asset the inventory knows or else the name told.

What a later report of the same source and asset no longer tells is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.component_rows import component_row
from bot.store.upsert import replace_rows
from connectors.contract.finding import AllSeen, ComponentSeen, Quarantined
from connectors.formats.purls import component_of

_REPORTS = "report of "  # beside inventories and bills of materials, which are named by where they lie
_PLACE = (t.component.c.purl, t.component.c.source)


async def write_seen(
    connection: AsyncConnection, told: Sequence[ComponentSeen], source: str, at: datetime
) -> list[Quarantined]:
    """Keep what was seen at ``at``, distributions' versions with their distribution. Returns each purl that is none.

    What the inventory does not know goes by the most exact name told, until the inventory learns of it.
    """
    rows, aside = await seen_rows(connection, told, source, at)
    await replace_rows(connection, t.component, rows)
    return aside


async def seen_rows(
    connection: AsyncConnection, told: Sequence[ComponentSeen], source: str, at: datetime
) -> tuple[list[dict[str, Any]], list[Quarantined]]:
    """One row a package of an asset, and each purl that is none."""
    aside: list[Quarantined] = []
    rows: list[dict[str, Any]] = []
    assets = await _assets_of(connection, {name.lower() for each in told for name in each.names if name})
    for each in told:
        try:
            rows.append(
                component_row(_asset(each.names, assets), component_of(each.purl), source=_REPORTS + source, at=at)
            )
        except ValueError as problem:
            aside.append(Quarantined(each.pointer, f"purl: {problem}", each.purl[:400]))
    unique = {(row["asset"], row["purl"]): row for row in rows}
    return list(unique.values()), aside


async def forget_unseen(connection: AsyncConnection, told: AllSeen, source: str, at: datetime) -> None:
    """Drop what earlier reports of the source saw on that asset, and the one of ``at`` did not."""
    asset = await asset_named(connection, told.names)
    await connection.execute(sa.delete(t.component).where(seen_on(asset, source), t.component.c.last_seen < at))


async def asset_named(connection: AsyncConnection, names: Sequence[str]) -> str:
    """Under which asset, or name of none, what goes by these names is kept."""
    return _asset(names, await _assets_of(connection, {name.lower() for name in names}))


def seen_on(asset: str, source: str) -> sa.ColumnElement[bool]:
    """The components that reports of the source saw there."""
    return sa.and_(t.component.c.asset == asset, t.component.c.source == _REPORTS + source)


def told_by_reports() -> sa.ColumnElement[bool]:
    """Whether a component's row is a report's: those stay when the inventory is read anew."""
    return t.component.c.source.startswith(_REPORTS, autoescape=True)


async def find_their_assets(connection: AsyncConnection) -> None:
    """With a new inventory: components of what it did not know before go to the asset that it now is."""
    known = t.component.c.asset.in_(sa.select(t.asset.c.id))
    query = sa.select(t.component.c.asset).where(told_by_reports(), ~known).distinct()
    names = set((await connection.execute(query)).scalars())
    assets = await _assets_of(connection, {name.lower() for name in names})
    for name in sorted(name for name in names if name.lower() in assets):
        here, there = t.component.c.asset == name, t.component.alias("there")
        asset = assets[name.lower()]
        same = [there.c[column.name] == column for column in _PLACE]
        already = sa.exists().where(there.c.asset == asset, *same)
        await connection.execute(sa.delete(t.component).where(here, already))
        await connection.execute(sa.update(t.component).where(here).values(asset=asset))


def _asset(names: Sequence[str], assets: Mapping[str, str]) -> str:
    """The asset that one of these names leads to, else the most exact name itself."""
    known = (assets[name.lower()] for name in names if name.lower() in assets)
    return next(known, next(iter(names), ""))


async def _assets_of(connection: AsyncConnection, names: set[str]) -> dict[str, str]:
    """Assets by those of their identifiers, lower case, that are among ``names``."""
    found: dict[str, str] = {}
    wanted = sorted(names)
    for start in range(0, len(wanted), 500):
        piece = wanted[start : start + 500]
        query = sa.select(t.asset_identifier).where(t.asset_identifier.c.identifier.in_(piece))
        found |= {row.identifier: row.asset for row in await connection.execute(query)}
    return found
