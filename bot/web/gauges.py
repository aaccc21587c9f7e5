"""What stands in the database, measured whenever Prometheus asks, so that each process that is asked tells the same."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.engine import Clock, Engine
from bot.model.case import CaseState
from bot.store import tables as t
from bot.store.arrivals import last_arrival, waiting_by_source
from bot.store.db import Store
from bot.store.leases import alive
from bot.store.refusals import NOT_DONE
from bot.triage.rules import BY_RANK, priority_of

_PATIENCE = 3.0  # seconds for the database; Prometheus itself waits ten


class Gauges:
    """Brings the gauges up to date; ``sources`` are those of this configuration."""

    def __init__(self, store: Store, engine: Engine, sources: Collection[str], clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._sources = sorted(sources)
        self._clock = clock

    async def measure(self) -> None:
        """Ask the database. While it does not answer nothing is known, which is not the same as none."""
        try:
            async with asyncio.timeout(_PATIENCE):
                async with self._store.read() as connection:
                    await self._outbox(connection)
                    await self._cases(connection)
                    await self._heard(connection)
                await self._work()
        except NOT_DONE:
            _nothing_known()

    async def _outbox(self, connection: AsyncConnection) -> None:
        waiting = sa.select(sa.func.count()).where(t.message.c.sent < t.message.c.wanted)
        metrics.WAITING_MESSAGES.set((await connection.execute(waiting)).scalar() or 0)
        metrics.WORKERS.set(len(await alive(connection, self._clock())))

    async def _cases(self, connection: AsyncConnection) -> None:
        per = sa.select(t.cases.c.priority, sa.func.count()).where(t.cases.c.state != CaseState.FIXED.value)
        counts = {row[0]: row[1] for row in await connection.execute(per.group_by(t.cases.c.priority))}
        for priority in BY_RANK:
            total = sum(count for rank, count in counts.items() if priority_of(rank) is priority)
            metrics.OPEN_CASES.labels(priority.value).set(total)

    async def _heard(self, connection: AsyncConnection) -> None:
        """Of each source; one that was never heard has no time: absent, not 1970."""
        waiting = await waiting_by_source(connection)
        metrics.QUARANTINE_SIZE.set(sum(waiting.values()))
        for name in self._sources:
            metrics.SOURCE_QUARANTINE.labels(name).set(waiting.get(name, 0))
            last = await last_arrival(connection, name)
            if last is not None:
                metrics.SOURCE_LAST_RECEIVED.labels(name).set(last.at.timestamp())

    async def _work(self) -> None:
        counts = await self._engine.unfinished()
        for state in ("ENQUEUED", "DELAYED", "PENDING"):
            metrics.UNFINISHED_WORK.labels(state.lower()).set(counts.get(state, 0))


def _nothing_known() -> None:
    for plain in (metrics.WAITING_MESSAGES, metrics.QUARANTINE_SIZE, metrics.WORKERS):
        plain.set(math.nan)
    for labelled in (metrics.OPEN_CASES, metrics.SOURCE_QUARANTINE, metrics.UNFINISHED_WORK):
        labelled.clear()
