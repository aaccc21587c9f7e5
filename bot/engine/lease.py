"""A worker says every few seconds that it lives, and does what a dead one had in hand.

The vendor's own failover is not in the open core; listing and resuming is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog
from dbos import DBOSClient
from dbos import error as dbos_error

from bot.store import leases
from bot.store.db import Store
from bot.store.refusals import NOT_DONE

Clock = Callable[[], datetime]

BREATH = 5.0  # seconds between two renewals: three are missed before another worker takes over
_LEASE = timedelta(seconds=20)
_LOOKS = 3  # in a row at which a piece of work was not in hand
log = structlog.get_logger()


class Lease:
    """One worker's."""

    def __init__(self, store: Store, executor: str, clock: Clock, breath: float, in_hand: Collection[str] = ()) -> None:
        self._store = store
        self._executor = executor
        self._clock = clock
        self._breath = breath
        self._steady, self._held_until = True, clock() + _LEASE
        self._client: DBOSClient | None = None
        self._alive: asyncio.Task[None] | None = None
        self._in_hand = in_hand  # keys of the work that this process is really doing
        self._looks: dict[str, int] = {}  # how often a key was ours by the books, and not in hand

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

    async def pick_up(self) -> None:
        """Do again what is ours by the books and nobody does: its end could not be written down, as on a full disk.

        Work is ours for a moment before it begins and after it has ended, so one look is not enough.
        """
        if self._client is None:
            return
        ours = await self._client.list_workflows_async(
            status="PENDING", executor_id=self._executor, load_input=False, load_output=False
        )
        idle = [each.workflow_id for each in ours if each.workflow_id not in self._in_hand]
        self._looks = {key: self._looks.get(key, 0) + 1 for key in idle}
        left = [key for key, looks in self._looks.items() if looks >= _LOOKS]
        if left:
            log.warning("work whose end could not be written down is done again", pieces=len(left))
            await self._client.resume_workflows_async(left)

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
                await self.pick_up()
            except (*NOT_DONE, dbos_error.DBOSException) as failure:
                log.warning("the lease was not renewed", problem=type(failure).__name__)
