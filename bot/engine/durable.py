"""Durable work: known by its name, enqueued inside the caller's own transaction, and done by a worker.

DBOS is at-least-once: work may run again after a crash, so each piece of work finds out from our own tables what is
still to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, ScheduleInput
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine.behind import NAME, PROTOCOL, THREADS, EngineError, check, configuration, system_engine
from bot.engine.lease import BREATH, Clock, Lease
from bot.engine.patience import Work, patiently
from bot.logs import log_with_ours
from bot.store.db import Store, sync_url

QUEUE = "work"
_PERFORM = "suture.perform"
_PORTION = 500  # pieces of finished work that are forgotten in one transaction


class _TakenBack(Exception):
    """Rolls a rehearsal back."""


class Engine:
    """Durable work on one database. A web process only enqueues; a worker also runs what is registered."""

    def __init__(
        self, store: Store, *, executor: str, clock: Clock, polling: float = 0.1, breath: float = BREATH
    ) -> None:
        check(store, executor)
        self._store = store
        self._executor = executor
        self._in_hand: set[str] = set()
        self.lease = Lease(store, executor, clock, breath, self._in_hand)
        self._polling = polling
        self._work: dict[str, Work] = {}
        self._schedules: list[tuple[str, str]] = []
        self._engine = system_engine(store.url)
        self._client: DBOSClient | None = None
        self._running = self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def register(self, name: str, work: Work, *, schedule: str = "") -> None:
        """Make ``work`` known by name; with ``schedule`` (cron, seconds first) it also runs by the clock."""
        self._work[name] = work
        if schedule:
            self._schedules.append((name, schedule))

    async def prepare(self) -> None:
        """Make or upgrade DBOS's own tables (``suture db upgrade``). Nothing is started: a worker may run meanwhile."""
        await asyncio.to_thread(DBOS.migrate, sync_url(self._store.url).render_as_string(hide_password=False))

    async def start(self, *, worker: bool) -> None:
        """Begin. ``worker`` runs work; otherwise this process only enqueues."""
        self._stopped = False
        if worker:
            self._loop = asyncio.get_running_loop()
            await self.lease.renew()  # before anything is taken in hand
            await self._take_up_work()
        self._client = await asyncio.to_thread(
            DBOSClient,
            system_database_engine=self._engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
        )
        if worker:
            self.lease.keep(self._client)

    async def _take_up_work(self) -> None:
        self._start_dbos()
        await DBOS.register_queue_async(
            QUEUE, worker_concurrency=THREADS - 32, polling_interval_sec=self._polling, on_conflict="always_update"
        )
        await self._set_the_clock()
        self._running = True

    async def _set_the_clock(self) -> None:
        """The schedules of this configuration, and no others: DBOS keeps what an earlier one wanted (a tracker's)."""
        if self._schedules:
            await DBOS.apply_schedules_async([self._by_the_clock(name, cron) for name, cron in self._schedules])
        wanted = {name for name, _ in self._schedules}
        for each in await DBOS.list_schedules_async():
            if each["schedule_name"] not in wanted:
                await DBOS.delete_schedule_async(each["schedule_name"])

    def _by_the_clock(self, name: str, cron: str) -> ScheduleInput:
        return {
            "schedule_name": name,
            "workflow_fn": self._scheduled,
            "schedule": cron,
            "context": name,
            "queue_name": QUEUE,
        }

    def _start_dbos(self) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS(config=configuration(self._engine, self._executor))
        log_with_ours("dbos")
        do = self._do

        @DBOS.workflow(name=_PERFORM)
        async def perform(name: str, arguments: Sequence[Any]) -> None:
            with self._holding(DBOS.workflow_id):
                await do(name, arguments)

        @DBOS.workflow(name="suture.scheduled")
        async def scheduled(_at: datetime, name: str) -> None:
            with self._holding(DBOS.workflow_id):
                await do(name, ())

        self._scheduled = scheduled
        DBOS.launch()

    @contextmanager
    def _holding(self, key: str | None) -> Iterator[None]:
        """So that the lease can tell what is really being done from what is only ours by the books."""
        self._in_hand.add(key or "")
        try:
            yield
        finally:
            self._in_hand.discard(key or "")

    async def _do(self, name: str, arguments: Sequence[Any]) -> None:
        """One piece of work, on the loop that started us: our connections belong to it.

        DBOS takes a loop of its own whenever it finds ours standing still, as it does between start and serving.
        """
        assert self._loop is not None
        doing = patiently(name, self._work[name], arguments)
        if asyncio.get_running_loop() is self._loop:
            await doing
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(doing, self._loop))

    async def enqueue(
        self, connection: AsyncConnection, name: str, *arguments: Any, key: str = "", delay: float = 0
    ) -> None:
        """Ask for ``name`` to be done, in the caller's transaction: rolled back with it, there once it commits.

        ``arguments`` are JSON values. Work with the same ``key`` is done once, however often it is asked for.
        ``delay`` is in seconds.
        """
        await self.enqueue_all(connection, [(name, arguments, key)], delay=delay)

    async def enqueue_all(
        self, connection: AsyncConnection, wanted: Sequence[tuple[str, Sequence[Any], str]], *, delay: float = 0
    ) -> None:
        """Several at once: (name, arguments, key) each."""
        if self._stopped:
            raise asyncio.CancelledError  # whoever asks is not done: rolled back, and done again by the next process
        if self._client is None:
            raise EngineError("durable work was asked for before the engine was started")
        client = self._client

        def _enqueue(sync: sa.Connection) -> None:
            for name, arguments, key in wanted:
                options: EnqueueOptions = {"workflow_name": _PERFORM, "queue_name": QUEUE, "app_version": PROTOCOL}
                if key:
                    options["workflow_id"] = key
                if delay:
                    options["delay_seconds"] = delay
                client.enqueue_in_transaction(sync, options, name, list(arguments))

        await connection.run_sync(_enqueue)

    async def cancel(self, key: str) -> None:
        if self._client is not None:
            await self._client.cancel_workflow_async(key)

    async def rehearse(self) -> None:
        """Enqueue something and take it back. Raises DBAPIError where that fails: the first worker makes the tables."""
        try:
            async with self._store.write() as connection:
                await self.enqueue(connection, "rehearsal")
                raise _TakenBack
        except _TakenBack:
            return

    async def unfinished(self) -> Mapping[str, int]:
        """How much work waits or runs, by state; for metrics."""
        assert self._client is not None
        found = await self._client.list_workflows_async(
            status=["PENDING", "ENQUEUED", "DELAYED"], load_input=False, load_output=False
        )
        counts: dict[str, int] = {}
        for workflow in found:
            counts[workflow.status] = counts.get(workflow.status, 0) + 1
        return counts

    async def alive(self, keys: Sequence[str]) -> set[str]:
        """Which of these pieces of work still wait or run."""
        assert self._client is not None
        if not keys:
            return set()
        found = await self._client.list_workflows_async(
            workflow_ids=list(keys),
            status=["PENDING", "ENQUEUED", "DELAYED"],
            load_input=False,
            load_output=False,
        )
        return {workflow.workflow_id for workflow in found}

    async def forget_finished(self, before: datetime) -> None:
        """Delete finished work of before ``before``: retention is ours, not the engine's.

        Some ten thousand pieces end in a day, so they go in portions: nobody waits long for the writer."""
        assert self._client is not None
        while True:
            done = await self._client.list_workflows_async(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                end_time=before.isoformat(),
                limit=_PORTION,
                load_input=False,
                load_output=False,
            )
            if not done:
                return
            await self._client.delete_workflows_async([workflow.workflow_id for workflow in done])

    async def stop(self, *, grace: int = 8) -> None:
        """Finish what runs (up to ``grace`` seconds), leave the rest for the next start."""
        await self.lease.let_be()
        if self._running:
            self._running = False
            await asyncio.to_thread(
                cast(Any, DBOS.destroy), destroy_registry=True, workflow_completion_timeout_sec=grace
            )
            # DBOS lent the loop its own threads and has taken them away.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
            await self.lease.give_up()
        # Only now: what was being finished may have asked for more work.
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)
            self._client, self._stopped = None, True
        await asyncio.to_thread(self._engine.dispose)
