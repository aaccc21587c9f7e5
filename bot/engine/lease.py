"""A worker says every few seconds that it lives, and does what a dead one had in hand.

The vendor's own failover is not in the open core; listing and resuming is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from bot.store import leases
from bot.store.db import Collision, Store

Clock = Callable[[], datetime]

BREATH = 5.0  # seconds between two renewals: three are missed before another worker takes over
_LEASE = timedelta(seconds=20)
log = structlog.get_logger()


class Lease:
    """One worker's."""

    def __init__(self, store: Store, executor: str, clock: Clock, breath: float) -> None:
        self._store = store
        self._executor = executor
        self._clock = clock
        self._breath = breath
        self._steady, self._held_until = True, clock() + _LEASE
        self._client: DBOSClient | None = None
        self._alive: asyncio.Task[None] | None = None

    def keep(self, client: DBOSClient) -> None:
        """Renew it from now on, and look after the dead."""
        self._client = client
        self._alive = asyncio.create_task(self._keep_alive())

    async def let_be(self) -> None:
        """Renew it no longer."""
        if self._alive is not None:
            self._alive.cancel()
            await asyncio.gather(self._alive, return_exceptions=True)
            self._alive = None
        self._client = None

    async def give_up(self) -> None:
        """This worker goes by itself, and has nothing left in hand."""
        async with self._store.write() as connection:
            await leases.give_up(connection, self._executor)

    async def renew(self) -> None:
        """Say that this worker lives."""
        now = self._clock()
        async with self._store.write() as connection:
            await leases.renew(connection, self._executor, now + _LEASE)
        # Away for long, as the database may have been for all: the others get the time to say that they live, too.
        self._steady, self._held_until = now <= self._held_until, now + _LEASE

    async def take_over(self) -> None:
        """Do what a dead worker had in hand. A lease outlives its worker's last word, so it is known by having none."""
        now = self._clock()
        if self._client is None or not self._steady or not await self._stranded(self._client, now):
            return
        async with self._store.write() as connection:
            if not await leases.begin_take_over(connection, now, now + _LEASE):
                return
        left = await self._stranded(self._client, now)  # once more: another may have done it in between
        if left:
            log.info("work of a dead worker is taken over", pieces=len(left))
            await self._client.resume_workflows_async(left)
        async with self._store.write() as connection:
            await leases.end_take_over(connection, now)

    async def _stranded(self, client: DBOSClient, now: datetime) -> list[str]:
        """The work in hand of workers whose lease does not hold, or who never came to one."""
        in_hand = await client.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        if all(each.executor_id == self._executor for each in in_hand):
            return []
        async with self._store.read() as connection:
            living = await leases.alive(connection, now) | {self._executor}
        return [each.workflow_id for each in in_hand if each.executor_id not in living]

    async def _keep_alive(self) -> None:
        """Until it is stopped. It depends on no other work, so a living worker is never taken for a dead one."""
        while True:
            await asyncio.sleep(self._breath)
            try:
                await self.renew()
                await self.take_over()
            except (sa.exc.SQLAlchemyError, Collision, OSError) as failure:
                log.warning("the lease was not renewed", problem=type(failure).__name__)
