"""Which workers live: each says so every few seconds. Who does not, is dead, and one of the others takes over."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import worker_lease
from bot.store.upsert import insert, replace_rows

TAKER = "*"  # the lease of whoever takes over just now: no worker's name


async def renew(connection: AsyncConnection, executor: str, until: datetime) -> None:
    """That worker lives, at least until then."""
    await replace_rows(connection, worker_lease, [{"executor": executor, "expires_at": until}])


async def give_up(connection: AsyncConnection, executor: str) -> None:
    """It goes by itself, and has nothing left in hand."""
    await connection.execute(sa.delete(worker_lease).where(worker_lease.c.executor == executor))


async def alive(connection: AsyncConnection, now: datetime) -> set[str]:
    """The workers whose lease holds."""
    query = sa.select(worker_lease.c.executor).where(worker_lease.c.expires_at >= now)
    return set((await connection.execute(query)).scalars()) - {TAKER}


async def begin_take_over(connection: AsyncConnection, now: datetime, until: datetime) -> bool:
    """One at a time: False while another is at it. Whoever dies at it is waited for until its time is over."""
    ours = insert(connection, worker_lease).values(executor=TAKER, expires_at=until)
    ours = ours.on_conflict_do_update(
        index_elements=["executor"], set_={"expires_at": until}, where=worker_lease.c.expires_at < now
    )
    return (await connection.execute(ours.returning(worker_lease.c.executor))).scalar() is not None


async def end_take_over(connection: AsyncConnection, now: datetime) -> None:
    """It is done: the dead are forgotten."""
    dead = sa.or_(worker_lease.c.executor == TAKER, worker_lease.c.expires_at < now)
    await connection.execute(sa.delete(worker_lease).where(dead))
