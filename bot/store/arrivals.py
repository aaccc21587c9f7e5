"""What came from each source: when last, how often, how many findings, and what of it nobody could read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.source_state import Arrivals, Last
from bot.store.tables import delivery, finding, quarantine, scan

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


async def last_arrival(connection: AsyncConnection, source: str) -> Last | None:
    """The last alert or report of a source that was accepted; None when none of those we keep was."""
    found = list[Any]()
    for each in (delivery, scan):
        query = sa.select(each.c.received_at, each.c.findings, each.c.quarantined).where(each.c.source == source)
        found += (await connection.execute(query.order_by(each.c.received_at.desc()).limit(1))).all()
    return max((Last(*row) for row in found), key=lambda last: last.at, default=None)


async def waiting_by_source(connection: AsyncConnection) -> Mapping[str, int]:
    """How many quarantined records of each source nobody has read yet."""
    query = sa.select(quarantine.c.source, sa.func.count().label("waiting")).where(quarantine.c.released_at.is_(None))
    return {row.source: row.waiting for row in await connection.execute(query.group_by(quarantine.c.source))}


async def arrivals(connection: AsyncConnection, sources: Collection[str], now: datetime) -> dict[str, Arrivals]:
    """All of it, for each of these sources."""
    found = dict[str, Arrivals]()
    for name in sources:
        last = await last_arrival(connection, name)
        found[name] = Arrivals(last_at=last.at if last else None)
    for table in (delivery, scan):
        for row in await connection.execute(_rate(table, now)):
            if row.source in found:
                had = found[row.source]
                found[row.source] = replace(had, day=had.day + row.day, hour=had.hour + row.hour)
    for row in await connection.execute(_FINDINGS):
        if row.source in found:
            found[row.source] = replace(found[row.source], findings=row.all, open_findings=row.open)
    for name, count in (await waiting_by_source(connection)).items():
        if name in found:
            found[name] = replace(found[name], waiting=count)
    return found


def _rate(table: sa.Table, now: datetime) -> sa.Select[Any]:
    lately = sa.func.sum(sa.case((table.c.received_at > now - _HOUR, 1), else_=0))
    return (
        sa.select(table.c.source, sa.func.count().label("day"), lately.label("hour"))
        .where(table.c.received_at > now - _DAY)
        .group_by(table.c.source)
    )


_IS_OPEN = sa.func.sum(sa.case((finding.c.state == FindingState.OPEN.value, 1), else_=0))
_FINDINGS = sa.select(finding.c.source, sa.func.count().label("all"), _IS_OPEN.label("open")).group_by(finding.c.source)
