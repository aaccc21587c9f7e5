"""Freezes on disk: environments in which nothing may be changed now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.freeze import EVERYWHERE, Freeze
from bot.store.tables import freeze


def _live(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(freeze.c.ended_at.is_(None), sa.or_(freeze.c.until.is_(None), freeze.c.until > now))


async def freeze_of(connection: AsyncConnection, environment: str, now: datetime) -> Freeze | None:
    """The freeze that holds in an environment now, the oldest first; None when there is none."""
    query = sa.select(freeze).where(_live(now), freeze.c.environment.in_([EVERYWHERE, environment]))
    row = (await connection.execute(query.order_by(freeze.c.id).limit(1))).one_or_none()
    return _freeze(row) if row is not None else None


async def live_freezes(connection: AsyncConnection, now: datetime) -> tuple[Freeze, ...]:
    """Every freeze that holds now, the oldest first."""
    rows = (await connection.execute(sa.select(freeze).where(_live(now)).order_by(freeze.c.id))).all()
    return tuple(_freeze(row) for row in rows)


async def begin_freeze(connection: AsyncConnection, begun: Freeze) -> None:
    """Nothing is changed there from now on."""
    row = {
        "environment": begun.environment,
        "person": begun.person,
        "reason": begun.reason,
        "at": begun.at,
        "until": begun.until,
    }
    await connection.execute(freeze.insert(), [row])


async def end_freezes(connection: AsyncConnection, environment: str, person: str, now: datetime) -> int:
    """End every freeze of exactly this environment; returns how many."""
    of_it = sa.and_(_live(now), freeze.c.environment == environment)
    ended = await connection.execute(sa.update(freeze).where(of_it).values(ended_at=now, ended_by=person))
    return int(ended.rowcount)


def _freeze(row: Any) -> Freeze:
    return Freeze(environment=row.environment, person=row.person, reason=row.reason, at=row.at, until=row.until)
