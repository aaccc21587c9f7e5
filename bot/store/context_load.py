"""Writing what we learn about the world: inventory, components, advisories, what is exploited. Never half a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.component_rows import component_row
from bot.store.components_seen import find_their_assets, told_by_reports
from bot.store.db import Store, plain
from bot.store.findings import chunks
from bot.store.upsert import insert, replace_rows
from connectors.contract.context import Advisory, AssetRecord, Component, ExploitScore, KnownExploited

_ROWS = 2_000  # a transaction, so that a long list never holds the writer


async def remember_read(
    connection: AsyncConnection, name: str, *, location: str, entries: int, digest: str, problem: str, at: datetime
) -> None:
    """When a list was last read, from where, and what was wrong with it."""
    row = {"name": name, "location": location, "entries": entries, "digest": digest, "problem": problem, "at": at}
    await replace_rows(connection, t.context_read, [row])


async def digest_of(connection: AsyncConnection, name: str) -> str:
    """The digest of the list as it was last read well, "" when never."""
    query = sa.select(t.context_read.c.digest).where(t.context_read.c.name == name, t.context_read.c.problem == "")
    return (await connection.execute(query)).scalar() or ""


async def write_inventory(connection: AsyncConnection, assets: Sequence[AssetRecord], now: datetime) -> set[str]:
    """Replace the inventory; returns the ids of the assets that are new, gone or changed."""
    before = {row.id: row for row in await connection.execute(sa.select(t.asset))}
    rows = {asset.id: _asset_row(asset, now) for asset in assets}
    changed = set(before) ^ set(rows)
    changed |= {i for i in set(before) & set(rows) if _differs(before[i], rows[i])}
    for table in (t.asset, t.asset_identifier, t.asset_link):
        await connection.execute(sa.delete(table))
    await replace_rows(connection, t.asset, list(rows.values()))
    gone = sa.and_(t.component.c.asset.not_in(sa.select(t.asset.c.id)), ~told_by_reports())
    told_anew = t.component.c.source.in_(_sources(before.values(), assets))
    await connection.execute(sa.delete(t.component).where(sa.or_(gone, told_anew)))
    names = {name.lower(): asset.id for asset in assets for name in (asset.id, asset.name, *asset.identifiers) if name}
    await replace_rows(connection, t.asset_identifier, [{"identifier": n, "asset": a} for n, a in names.items()])
    await find_their_assets(connection)
    links = [{"asset": a.id, "kind": kind.value, "other": other} for a in assets for kind, other in a.links]
    await replace_rows(connection, t.asset_link, links)
    for asset in assets:
        if asset.components:
            await write_components(connection, asset.id, asset.components, now, source=asset.source)
    return changed


def _sources(before: Iterable[Any], assets: Iterable[AssetRecord]) -> list[str]:
    """The inventories that speak or spoke: what they said of components is told anew, what others said stays."""
    return sorted({each.source[:400] for each in (*before, *assets) if each.source})


def _asset_row(asset: AssetRecord, now: datetime) -> dict[str, Any]:
    return {
        "id": asset.id,
        "name": asset.name,
        "identifiers": list(asset.identifiers),
        "environment": asset.environment,
        "tier": asset.tier,
        "exposure": asset.exposure.value,
        "owner": asset.owner,
        "account": asset.account,
        "type": asset.type,
        "patch": asset.patch,
        "template": asset.template,
        "tags": dict(asset.tags),
        "source": asset.source,
        "read_at": asset.read_at or now,
    }


def _differs(row: Any, wanted: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in wanted.items() if name not in ("read_at", "source"))


async def write_components(
    connection: AsyncConnection, asset: str, components: Iterable[Component], now: datetime, *, source: str
) -> None:
    """What ``source`` (an inventory or a bill of materials) saw on an asset, in place of what it saw there before."""
    theirs = sa.and_(t.component.c.asset == asset, t.component.c.source == source[:400])
    await connection.execute(sa.delete(t.component).where(theirs))
    rows = {each.purl: component_row(asset, each, source=source, at=now) for each in components}
    await replace_rows(connection, t.component, list(rows.values()))


async def asset_named(connection: AsyncConnection, names: Sequence[str]) -> str:
    """The asset that one of these names belongs to, "" when none does."""
    lower = [name.lower() for name in names if name]
    query = sa.select(t.asset_identifier.c.asset).where(t.asset_identifier.c.identifier.in_(lower)).limit(1)
    return (await connection.execute(query)).scalar() or ""


async def write_advisories(connection: AsyncConnection, advisories: Sequence[Advisory], now: datetime) -> None:
    """Replace all advisories."""
    await connection.execute(sa.delete(t.advisory))
    await connection.execute(sa.delete(t.advisory_alias))
    rows = {each.id: {"id": each.id, "document": plain(each), "read_at": now} for each in advisories}
    for piece in chunks(list(rows.values()), _ROWS):
        await replace_rows(connection, t.advisory, list(piece))
    names = {(alias, each.id) for each in advisories for alias in (each.id, *each.aliases)}
    for pairs in chunks(sorted(names), _ROWS):
        await replace_rows(connection, t.advisory_alias, [{"alias": a, "advisory": i} for a, i in pairs])


async def write_known_exploited(connection: AsyncConnection, entries: Sequence[KnownExploited]) -> set[str]:
    """Replace the catalogue; returns the CVEs that came or went."""
    before = set((await connection.execute(sa.select(t.known_exploited.c.cve))).scalars())
    await connection.execute(sa.delete(t.known_exploited))
    rows = {
        each.cve: {
            "cve": each.cve,
            "added": datetime.combine(each.added, time(), UTC),
            "ransomware": each.ransomware,
        }
        for each in entries
    }
    for piece in chunks(list(rows.values()), _ROWS):
        await replace_rows(connection, t.known_exploited, list(piece))
    return before ^ set(rows)


async def write_scores(store: Store, scores: Iterable[ExploitScore], threshold: float) -> set[str]:
    """Write all scores, some thousand a transaction; returns the CVEs that crossed the threshold either way."""
    async with store.read() as connection:
        above = sa.select(t.exploit_score.c.cve).where(t.exploit_score.c.score >= threshold)
        before = set((await connection.execute(above)).scalars())
    after: set[str] = set()
    piece: list[dict[str, Any]] = []
    for each in scores:
        piece.append({"cve": each.cve, "score": each.score, "percentile": each.percentile})
        if each.score >= threshold:
            after.add(each.cve)
        if len(piece) >= _ROWS:
            await _write_scores(store, piece)
            piece = []
    await _write_scores(store, piece)
    return before ^ after


async def _write_scores(store: Store, rows: list[dict[str, Any]]) -> None:
    if rows:
        async with store.write() as connection:
            statement = insert(connection, t.exploit_score)
            changed = {"score": statement.excluded.score, "percentile": statement.excluded.percentile}
            await connection.execute(statement.on_conflict_do_update(index_elements=["cve"], set_=changed), rows)
