"""Components of a stored report, read once more: what later reports saw, or saw no longer, stays as they left it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.components_seen import asset_named, seen_on, seen_rows
from bot.store.findings import chunks
from bot.store.upsert import replace_rows
from connectors.contract.finding import AllSeen, ComponentSeen, Quarantined

_KEY = ("asset", "purl", "source")


@dataclass(frozen=True, slots=True)
class SeenAgain:
    """``rows`` are to be written, of which ``new`` were not known; ``told`` is all of them, as (asset, purl)."""

    rows: Sequence[dict[str, Any]] = ()
    new: int = 0
    told: frozenset[tuple[str, str]] = frozenset()
    aside: Sequence[Quarantined] = field(default=())


async def seen_again(
    connection: AsyncConnection,
    told: Sequence[ComponentSeen],
    source: str,
    at: datetime,
    later: Collection[str],
    *,
    cautious: bool,
) -> SeenAgain:
    """What a report that came ``at`` adds or mends; of the assets ``later`` a later one has told everything.

    ``cautious``: some later ones were not read, so where one saw anything nothing is added that it may not have seen.
    """
    rows, aside = await seen_rows(connection, told, source, at)
    rows = [row for row in rows if row["asset"] not in later]
    known = await _known(connection, rows)
    since = await _seen_since(connection, rows, at) if cautious else frozenset()
    new = [row for row in rows if _key(row) not in known and row["asset"] not in since]
    mended = [row for row in rows if _key(row) in known and _mend(row, known[_key(row)])]
    return SeenAgain([*new, *mended], len(new), frozenset((row["asset"], row["purl"]) for row in rows), aside)


async def write_again(connection: AsyncConnection, seen: SeenAgain) -> None:
    """Keep them."""
    await replace_rows(connection, t.component, list(seen.rows))


async def unseen_again(
    connection: AsyncConnection,
    told: AllSeen,
    source: str,
    at: datetime,
    named: Collection[tuple[str, str]],
    later: Collection[str],
) -> tuple[str, list[str]]:
    """The asset whose components those of the report that came ``at`` are, and the purls that are none of them."""
    asset = await asset_named(connection, told.names)
    if asset in later:
        return asset, []
    query = sa.select(t.component.c.purl).where(seen_on(asset, source), t.component.c.last_seen <= at)
    kept = (await connection.execute(query)).scalars()
    return asset, sorted(purl for purl in kept if (asset, purl) not in named)


async def drop_again(connection: AsyncConnection, asset: str, purls: Sequence[str], source: str) -> None:
    """Forget these."""
    for piece in chunks(purls):
        await connection.execute(sa.delete(t.component).where(seen_on(asset, source), t.component.c.purl.in_(piece)))


async def _seen_since(connection: AsyncConnection, rows: Sequence[dict[str, Any]], at: datetime) -> frozenset[str]:
    found: set[str] = set()
    for names in chunks(sorted({row["asset"] for row in rows})):
        place = t.component.c.asset.in_(names), t.component.c.source.in_(sorted({row["source"] for row in rows}))
        query = sa.select(t.component.c.asset).where(*place, t.component.c.last_seen > at).distinct()
        found |= set((await connection.execute(query)).scalars())
    return frozenset(found)


async def _known(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> dict[tuple[str, ...], Any]:
    assets, sources = sorted({row["asset"] for row in rows}), sorted({row["source"] for row in rows})
    found: dict[tuple[str, ...], Any] = {}
    for purls in chunks(sorted({row["purl"] for row in rows})):
        for names in chunks(assets):
            place = t.component.c.asset.in_(names), t.component.c.source.in_(sources)
            query = sa.select(t.component).where(*place, t.component.c.purl.in_(purls))
            found |= {_key(row): row for row in (await connection.execute(query)).mappings()}
    return found


def _key(row: Any) -> tuple[str, ...]:
    return tuple(row[name] for name in _KEY)


def _mend(row: dict[str, Any], known: Any) -> bool:
    """Keep the later of both times; whether anything is different then."""
    row["last_seen"] = max(row["last_seen"], known["last_seen"])
    return any(row[name] != known[name] for name in row)
