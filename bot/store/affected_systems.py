"""The inventory's part of *affected*: the components that advisories, or a question, are about, with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.affected import is_affected_by_any
from bot.model.affected_answer import Hit, SystemRow
from bot.model.affected_question import PackageAsked, names_of
from bot.model.case import case_name
from bot.model.version_ranges import Verdict
from bot.store import tables as t
from bot.store.findings import chunks
from connectors.contract.context import Advisory, Component, Exposure

_ORDER = {Hit.AFFECTED: 0, Hit.UNKNOWN: 1, Hit.NOT_AFFECTED: 2}


async def systems_hit(
    connection: AsyncConnection, advisories: Sequence[Advisory], reported: Sequence[Any]
) -> list[SystemRow]:
    """Every component that the advisories name, the affected ones first; ``reported`` are the problem's cases."""
    names = names_of(advisories)
    if not names:
        return []
    found = await _components(connection, _called(names))
    states = await _reported_states(connection, [case.id for case in reported], [row.asset for row in found])
    rows = []
    for row in found:
        state, case_id = states.get(row.asset, ("", None))
        rows.append(_system(row, is_affected_by_any(_component(row), advisories), state, case_id))
    return sorted(rows, key=lambda each: (_ORDER[each.hit], each.name))


async def systems_with(connection: AsyncConnection, package: PackageAsked) -> list[SystemRow]:
    """Every component of that name; else those whose name ends so, as ``log4j-core`` of ``org.apache…:log4j-core``."""
    found = await _components(connection, _called(package.spelled))
    if not found:
        ends = [t.component.c.spelled.endswith(f"{sign}{package.name.lower()}", autoescape=True) for sign in ":/"]
        found = await _components(connection, sa.or_(*ends))
    advisory = package.as_advisory((row.name, row.ecosystem) for row in found)
    rows = [_system(row, _judged(_component(row), package, advisory), "", None) for row in found]
    return sorted(rows, key=lambda each: (_ORDER[each.hit], each.name))


def _judged(component: Component, package: PackageAsked, advisory: Advisory | None) -> Verdict:
    if advisory is None:
        return Verdict(True, "it has this package")
    return package.answered(component, is_affected_by_any(component, [advisory]))


# Said in the index's own words beside the name that is asked for: else SQLite reads every component there is.
_IS_BUILT = t.component.c.built_from != sa.literal_column("''")


def _called(names: frozenset[str]) -> sa.ColumnElement[bool]:
    built_from = sa.and_(t.component.c.built_from.in_(sorted(names)), _IS_BUILT)
    return t.component.c.spelled.in_(sorted(names)) | built_from


async def _components(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> Sequence[Any]:
    query = (
        sa.select(t.component, t.asset.c.name.label("asset_name"), t.asset.c.owner, t.asset.c.environment)
        .add_columns(t.asset.c.exposure, t.asset.c.tier)
        .outerjoin(t.asset, t.asset.c.id == t.component.c.asset)
        .where(which)
    )
    return (await connection.execute(query)).all()


def _component(row: Any) -> Component:
    return Component(purl=row.purl, name=row.name, version=row.version, ecosystem=row.ecosystem)


def _system(row: Any, verdict: Verdict, state: str, case_id: int | None) -> SystemRow:
    hits = {True: Hit.AFFECTED, False: Hit.NOT_AFFECTED, None: Hit.UNKNOWN}
    return SystemRow(
        asset=row.asset,
        name=row.asset_name or row.asset,
        in_inventory=row.asset_name is not None,
        owner=row.owner or "",
        environment=row.environment or "",
        exposure=row.exposure or Exposure.UNKNOWN.value,
        tier=row.tier,
        hit=hits[verdict.affected],
        package=row.name,
        version=row.version,
        why=verdict.why,
        fixed_in=verdict.fixed_in,
        reported=state,
        case=case_name(case_id) if case_id is not None else "",
        case_id=case_id,
    )


async def _reported_states(
    connection: AsyncConnection, case_ids: Sequence[int], assets: Sequence[str]
) -> Mapping[str, tuple[str, int]]:
    """What tools reported: (state, case) by asset, or by resource where the inventory does not know that."""
    if not case_ids or not assets:
        return {}
    found: dict[str, tuple[str, int]] = {}
    for piece in chunks(sorted(set(assets))):
        unknown = sa.and_(t.finding.c.asset == "", t.finding.c.resource.in_(piece))
        query = sa.select(t.finding.c.asset, t.finding.c.resource, t.finding.c.state, t.finding.c.case_id).where(
            t.finding.c.asset.in_(piece) | unknown, t.finding.c.case_id.in_(case_ids)
        )
        found |= {row.asset or row.resource: (row.state, row.case_id) for row in await connection.execute(query)}
    return found
