"""The one door to durable work. Work is known by its name; it is enqueued inside the caller's own transaction.

Behind the door is DBOS. It is at-least-once: work may run again after a crash, so each piece of work finds out from our
own tables what is still to do. The traps named in the comments are DBOS's; this module guards against each of them.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import leases
from bot.store.db import Collision, Store, is_passing, is_sqlite, sqlite_settings, sync_url

Work = Callable[..., Awaitable[None]]
Clock = Callable[[], datetime]

# Raised by hand when queued work of an older version could no longer be read; never with an ordinary release.
PROTOCOL = "suture-1"
NAME = "suture"
QUEUE = "work"
_PERFORM = "suture.perform"
_LEASE = timedelta(seconds=20)
_BREATH = 5.0  # seconds between two renewals: three are missed before another worker takes over
_THREADS = 96
_PATIENCE = (0.05, 0.2, 1.0, 5.0, 15.0, 30.0)  # seconds between tries where the database is in the way
log = structlog.get_logger()


class EngineError(Exception):
    """Durable work cannot start here; the message says what to change."""


class _TakenBack(Exception):
    """Rolls a rehearsal back."""


def check_sqlite(url: str) -> None:
    """DBOS needs SQLite 3.42 on Python 3.12 and later. Raises EngineError."""
    if is_sqlite(url) and sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
        raise EngineError(
            f"this Python's SQLite is {sqlite3.sqlite_version}, and 3.42 is needed with Python 3.12 or later: "
            "install the package pysqlite3, use Python 3.11, or set DATABASE_URL to a PostgreSQL"
        )


def _system_engine(url: str) -> sa.Engine:
    """DBOS's own connections. A checkpoint lost in a power cut only repeats a step, so NORMAL is enough here."""
    if not is_sqlite(url):
        return sa.create_engine(sync_url(url), pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = sa.create_engine(sync_url(url), pool_size=10, max_overflow=20)
    sqlite_settings(engine, synchronous="NORMAL")  # it says its own BEGIN
    return engine


class Engine:
    """Durable work on one database. A web process only enqueues; a worker also runs what is registered."""

    def __init__(
        self, store: Store, *, executor: str, clock: Clock, polling: float = 0.1, breath: float = _BREATH
    ) -> None:
        check_sqlite(store.url)
        if executor == "local" and not store.sqlite:
            # Two workers with DBOS's default id would each recover the other's live work.
            raise EngineError("the worker's name must not be 'local': set SUTURE_WORKER to a name of its own")
        self._store = store
        self._executor = executor
        self._clock = clock
        self._polling = polling
        self._work: dict[str, Work] = {}
        self._schedules: list[tuple[str, str]] = []
        self._engine = _system_engine(store.url)
        self._client: DBOSClient | None = None
        self._running = False
        self._breath = breath
        self._steady, self._held_until = True, clock() + _LEASE
        self._alive: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def register(self, name: str, work: Work, *, schedule: str = "") -> None:
        """Make ``work`` known by name; with ``schedule`` (cron, seconds first) it also runs by the clock."""
        self._work[name] = work
        if schedule:
            self._schedules.append((name, schedule))

    async def prepare(self) -> None:
        """Make or upgrade DBOS's own tables (``suture db upgrade``; a web process never does)."""
        await asyncio.to_thread(self._start_dbos, migrate_only=True)

    async def start(self, *, worker: bool) -> None:
        """Begin. ``worker`` runs work; otherwise this process only enqueues."""
        if worker:
            self._loop = asyncio.get_running_loop()
            await self.renew_lease()  # before anything is taken in hand
            self._start_dbos()
            await DBOS.register_queue_async(
                QUEUE, worker_concurrency=_THREADS - 32, polling_interval_sec=self._polling, on_conflict="always_update"
            )
            if self._schedules:
                await DBOS.apply_schedules_async(
                    [
                        {
                            "schedule_name": name,
                            "workflow_fn": self._scheduled,
                            "schedule": cron,
                            "context": name,
                            "queue_name": QUEUE,
                        }
                        for name, cron in self._schedules
                    ]
                )
            self._running = True
        self._client = await asyncio.to_thread(
            DBOSClient,
            system_database_engine=self._engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
        )
        if worker:
            self._alive = asyncio.create_task(self._keep_alive())

    def _start_dbos(self, *, migrate_only: bool = False) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        config: DBOSConfig = {
            "name": NAME,
            "system_database_engine": self._engine,
            "serializer": DBOSPortableJSONSerializer(),  # the default is pickle
            "application_version": PROTOCOL,  # the default, a hash of the source, strands queued work at each release
            "executor_id": self._executor,
            "log_level": "WARNING",
            "max_executor_threads": _THREADS,
            "scheduler_polling_interval_sec": 1.0,
            "notification_listener_polling_interval_sec": 1.0,
            "enable_otlp": False,
        }
        DBOS(config=config)
        do = self._do

        @DBOS.workflow(name=_PERFORM)
        async def perform(name: str, arguments: Sequence[Any]) -> None:
            await do(name, arguments)

        @DBOS.workflow(name="suture.scheduled")
        async def scheduled(_at: datetime, name: str) -> None:
            await do(name, ())

        self._scheduled = scheduled
        DBOS.launch()
        if migrate_only:
            DBOS.destroy(destroy_registry=True)

    async def _do(self, name: str, arguments: Sequence[Any]) -> None:
        """One piece of work, on the loop that started us: our connections belong to it.

        DBOS takes a loop of its own whenever it finds ours standing still, as it does between start and serving.
        """
        assert self._loop is not None
        if asyncio.get_running_loop() is self._loop:
            await self._patiently(name, arguments)
        else:
            doing = self._patiently(name, arguments)
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(doing, self._loop))

    async def _patiently(self, name: str, arguments: Sequence[Any]) -> None:
        """Do it; again when other writers were in the way, or the database was away. Every work may be done twice."""
        for wait in _PATIENCE:
            try:
                await self._work[name](*arguments)
            except (DBAPIError, Collision, ConnectionError) as failure:
                if isinstance(failure, DBAPIError) and not (is_passing(failure) or failure.connection_invalidated):
                    raise
                log.warning("work waits for the database", work=name, seconds=wait, problem=type(failure).__name__)
                await asyncio.sleep(wait)
            else:
                return
        await self._work[name](*arguments)

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

    async def renew_lease(self) -> None:
        """Say that this worker lives."""
        now = self._clock()
        async with self._store.write() as connection:
            await leases.renew(connection, self._executor, now + _LEASE)
        # Away for long, as the database may have been for all: the others get the time to say that they live, too.
        self._steady, self._held_until = now <= self._held_until, now + _LEASE

    async def take_over(self) -> None:
        """Do what a dead worker had in hand. A lease outlives its worker's last word, so it is known by having none.

        The vendor's own failover is not in the open core; listing and resuming is.
        """
        now = self._clock()
        if not self._steady or not await self._stranded(now):
            return
        async with self._store.write() as connection:
            if not await leases.begin_take_over(connection, now, now + _LEASE):
                return
        left = await self._stranded(now)  # once more: another may have done it in between
        if left and self._client is not None:
            log.info("work of a dead worker is taken over", pieces=len(left))
            await self._client.resume_workflows_async(left)
        async with self._store.write() as connection:
            await leases.end_take_over(connection, now)

    async def _stranded(self, now: datetime) -> list[str]:
        """The work in hand of workers whose lease does not hold, or who never came to one."""
        assert self._client is not None
        in_hand = await self._client.list_workflows_async(status="PENDING", load_input=False, load_output=False)
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
                await self.renew_lease()
                await self.take_over()
            except (sa.exc.SQLAlchemyError, Collision, OSError) as failure:
                log.warning("the lease was not renewed", problem=type(failure).__name__)

    async def forget_finished(self, before: datetime) -> None:
        """Delete finished work of before ``before``: retention is ours, not the engine's."""
        assert self._client is not None
        done = await self._client.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            end_time=before.isoformat(),
            limit=5_000,
            load_input=False,
            load_output=False,
        )
        if done:
            await self._client.delete_workflows_async([workflow.workflow_id for workflow in done])

    async def stop(self, *, grace: int = 8) -> None:
        """Finish what runs (up to ``grace`` seconds), leave the rest for the next start."""
        if self._alive is not None:
            self._alive.cancel()
            await asyncio.gather(self._alive, return_exceptions=True)
            self._alive = None
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)
            self._client = None
        if self._running:
            self._running = False
            await asyncio.to_thread(
                cast(Any, DBOS.destroy), destroy_registry=True, workflow_completion_timeout_sec=grace
            )
            # DBOS lent the loop its own threads and has taken them away.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
            async with self._store.write() as connection:
                await leases.give_up(connection, self._executor)
        await asyncio.to_thread(self._engine.dispose)
