"""What a case's fixes could act on: targets of its findings, and of what the inventory says exposes their assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.targets import targets_of
from bot.model.written import finding_of_text
from bot.store import tables as t
from bot.store.context import stored_asset
from bot.store.findings import SHOWN
from connectors.contract.context import AssetRecord, LinkKind
from connectors.contract.finding import Finding
from connectors.contract.fix import Fix, Target

CLOSED = frozenset({FindingState.RESOLVED.value, FindingState.SUPPRESSED.value})


async def case_targets(
    connection: AsyncConnection, case_id: int, fixes: Mapping[str, Fix]
) -> list[tuple[str, Target, list[int]]]:
    """Every (fix id, target, ids of the findings it would cover) of a case's open and mitigated findings."""
    rows = (await connection.execute(_LIVE, {"of_case": case_id})).all()
    return await choices_of(connection, rows, [finding_of_text(row.document) for row in rows], fixes)


_LIVE = (
    sa.select(*SHOWN)
    .where(
        t.finding.c.case_id == sa.bindparam("of_case"),
        t.finding.c.state.in_((FindingState.OPEN.value, FindingState.MITIGATED.value)),
    )
    .order_by(t.finding.c.id)
)


async def choices_of(
    connection: AsyncConnection, rows: Sequence[Any], findings: Sequence[Finding], fixes: Mapping[str, Fix]
) -> list[tuple[str, Target, list[int]]]:
    """The same for rows that were read already, with their ``findings``; closed ones are left out."""
    exposers = await _exposers(connection, [row.asset for row in rows if row.asset])
    found: dict[str, tuple[str, Target, list[int]]] = {}
    for row, finding in zip(rows, findings, strict=True):
        if row.state in CLOSED:
            continue
        for fix_id, target in targets_of(finding, exposers.get(row.asset, ()), fixes):
            key = f"{fix_id}|{target.account}|{target.region}|{target.id}|{sorted(target.arguments.items())}"
            found.setdefault(key, (fix_id, target, []))[2].append(row.id)
    return [found[key] for key in sorted(found)]


_EXPOSERS = (
    sa.select(t.asset_link.c.asset.label("of"), t.asset)
    .join(t.asset, t.asset.c.id == t.asset_link.c.other)
    .where(
        t.asset_link.c.asset.in_(sa.bindparam("ids", expanding=True)), t.asset_link.c.kind == LinkKind.EXPOSED_BY.value
    )
)


async def _exposers(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[AssetRecord]]:
    """What exposes each asset, by the inventory's links."""
    if not ids:
        return {}
    found: dict[str, list[AssetRecord]] = {}
    for row in await connection.execute(_EXPOSERS, {"ids": sorted(set(ids))}):
        found.setdefault(row.of, []).append(stored_asset(row))
    return found
