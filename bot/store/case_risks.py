"""The two risks of a case, from today's facts: what happens if we wait, and what happens if we act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.facts import facts_of
from bot.model.priority_tables import PriorityTables
from bot.model.risk import Reading, Readings, security_risk
from bot.store import tables as t
from bot.store.context import threats_of
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding
from connectors.contract.fix import Fact, Plan, Risk, RiskLevel

_LEVELS = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.UNKNOWN, RiskLevel.HIGH)


async def security_risk_of(
    connection: AsyncConnection,
    rows: Sequence[Any],
    findings: Sequence[Finding],
    assets: Mapping[str, AssetRecord],
    tables: PriorityTables,
) -> Risk:
    """Of the most urgent finding; its facts are read again, so that they are today's."""
    if not rows:
        return Risk(RiskLevel.UNKNOWN)
    row, finding = rows[0], findings[0]
    asset = assets.get(row.asset)
    threats = await threats_of(connection, [asset.id] if asset else [], [finding])
    reads = {each.name: Reading(each.location, each.at) for each in await connection.execute(_READS)}
    readings = Readings(
        finding=Reading(row.source, row.last_seen),
        known_exploited=reads.get("known_exploited", Reading("the known-exploited list")),
        epss=reads.get("epss", Reading("FIRST EPSS")),
        asset=Reading(f"inventory {asset.source}".strip(), asset.read_at) if asset else Reading("the inventory"),
    )
    return security_risk(facts_of(finding, asset, threats), tables, readings)


_READS = sa.select(t.context_read)


def operational_risk_of(
    plans: Sequence[Plan], unread: Sequence[str], dependants: Sequence[Fact], now: datetime
) -> Risk:
    """Of the latest plans, the worst, whose reasons stand first.

    Without a plan nothing is known but what the inventory says depends on it.

    ``unread``: targets that could not be read, so that the whole is no better known than unknown.
    """
    worst_first = sorted(plans, key=lambda plan: -_LEVELS.index(plan.operational_risk.level))
    told: dict[tuple[str, str], Fact] = {}
    for fact in (fact for plan in worst_first for fact in plan.operational_risk.facts):
        told.setdefault((fact.text, fact.where), fact)  # of forty targets alike once
    if not plans:
        missing = Fact("no plan has been read yet, so what a fix would break is not known", "Suture", now)
        return Risk(RiskLevel.UNKNOWN, (*dependants, missing))
    levels = [plan.operational_risk.level for plan in plans] + [RiskLevel.UNKNOWN for _ in unread[:1]]
    left = tuple(Fact(f"could not be read: {each}", "Suture", plans[0].read_at) for each in unread)
    return Risk(max(levels, key=_LEVELS.index), (*left, *told.values(), *dependants))
