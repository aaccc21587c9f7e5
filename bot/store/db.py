"""Engines and transactions: one writer at a time on SQLite, a pool on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import is_dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.model.written import Document
from bot.store.checkpoints import Checkpoints
from bot.store.group_commit import GroupCommit
from bot.store.no_trip import no_trip
from bot.store.one_trip import OneTrip, one_trip
from bot.store.tables import metadata

_WAIT = 30_000  # milliseconds a connection waits for another's write lock
_GLANCE_WAITS = 200  # milliseconds; readers wait for nobody, but for whoever recovers the file after a crash
_READERS = 4
_PAGES_OF_LOG = 16_000  # 64 MB; then the writer copies itself what Checkpoints has left
_TOGETHER = 32  # small writes of one transaction: whoever waits behind them should not wait long
_READS = "postgresql_readonly"  # an execution option, which SQLite does not know and leaves alone

Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[AsyncConnection], Awaitable[Result]]


def _to_text(value: Any) -> str:
    if type(value) is Document:
        return str(value)  # and nothing but a text, which sqlite3 takes without asking how it is to be adapted
    return _written(type(value))(value).decode()  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=64)
def _written(kind: type) -> Callable[[Any], bytes]:
    """How values of this type become JSON: a dataclass by what its fields are, without those that hold their default.

    Of a finding, which has forty and fills a dozen, that is half the price and the room.
    """
    return partial(TypeAdapter(kind).serializer.to_json, exclude_defaults=True) if is_dataclass(kind) else to_json


def is_sqlite(url: str) -> bool:
    """Whether a database URL names SQLite."""
    return sa.make_url(url).get_backend_name() == "sqlite"


def _async_url(url: str) -> sa.URL:
    """The URL with our driver: aiosqlite or asyncpg, whatever driver (or none) was written."""
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend in ("sqlite", "postgresql", "postgres"):
        return parsed.set(drivername="sqlite+aiosqlite" if backend == "sqlite" else "postgresql+asyncpg")
    raise ValueError(f"DATABASE_URL: {backend} is not a database we speak; use sqlite:/// or postgresql://")


def sync_url(url: str, driver: str = "psycopg") -> sa.URL:
    """The same database for a synchronous caller (Alembic, DBOS)."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite")
    return parsed.set(drivername=f"postgresql+{driver}")


def sqlite_settings(engine: sa.Engine, *, synchronous: str, begin: str = "", wait: int = _WAIT) -> None:
    """WAL, foreign keys, and BEGIN said by us: SQLAlchemy's own is deferred and would let two writers collide."""

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        if begin:
            connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={wait}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "cache_size=-16000",
            "temp_store=MEMORY",
            f"wal_autocheckpoint={_PAGES_OF_LOG}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if not begin:
        return

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)


class Store:
    """The database. ``write()`` is one durable transaction; ``read()`` sees one committed state."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = is_sqlite(url)
        if self.sqlite:
            self._checkpoints = Checkpoints(url)
            self._writer = self._sqlite_engine(1, "BEGIN IMMEDIATE")
            sa.event.listen(self._writer.sync_engine, "checkin", self._written)
            self._reader = self._sqlite_engine(_READERS, "BEGIN")
            self._glancer = self._sqlite_engine(_READERS, "BEGIN", no_trip, wait=_GLANCE_WAITS)
        else:
            self._writer = create_async_engine(
                _async_url(url),
                json_serializer=_to_text,
                json_deserializer=from_json,
                hide_parameters=True,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
            )
            # The same pool. A card whose parts were read at two moments could tell of a question and not offer to
            # answer it, and a chat that edits nothing would never be told again.
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", **{_READS: True})
            self._glancer = self._reader
        self._together: GroupCommit[Write[Any], Any] = GroupCommit(self.write, _one_by_one, largest=_TOGETHER)

    def _sqlite_engine(
        self, size: int, begin: str, connected: Callable[..., OneTrip] = one_trip, *, wait: int = _WAIT
    ) -> AsyncEngine:
        engine = create_async_engine(
            _async_url(self.url),
            json_serializer=_to_text,
            json_deserializer=from_json,
            hide_parameters=True,  # a traceback in the log shows no value of an alert
            connect_args={"async_creator_fn": connected},
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            pool_timeout=60,
        )
        # FULL: a commit is on disk when it returns. That is the promise behind every 2xx.
        sqlite_settings(engine.sync_engine, synchronous="FULL", begin=begin, wait=wait)
        return engine

    def _written(self, connection: Any, _record: Any) -> None:
        if connection is not None:  # it is not when it broke
            self._checkpoints.written(connection.driver_connection.total_changes)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed, durably, when the block ends; rolled back when it raises."""
        async with self._writer.begin() as connection:
            yield connection

    async def together(self, do: Write[Result]) -> Result:
        """What ``do`` returned, once what it wrote is durable; what it raised, and then nothing of it is written.

        For small writes of many at once. SQLite has one writer, and fifty channels that each note what they sent would
        make fifty flushes to disk, with every alert behind them: there whatever waits shares a transaction. ``do`` may
        be done twice: when one of them fails, each is done again by itself.
        """
        if self.sqlite:
            result: Result = await self._together.submit(do)
            return result
        async with self.write() as connection:
            return await do(connection)

    def group_commit(
        self,
        write: Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]],
        committed: Callable[[Item, Result], None],
        **limits: Any,
    ) -> GroupCommit[Item, Result]:
        """A group commit of large writes. What waits for ``together()`` goes along: while alerts stream in, the cards
        that tell of them cost no flush to disk."""
        return GroupCommit(self.write, write, committed, along=self._together if self.sqlite else None, **limits)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One moment: every query in the block sees what was committed when the first of them ran."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """One moment too, for few questions by a key that are asked often: on SQLite the loop answers them itself."""
        async with self._glancer.connect() as connection:
            yield connection

    async def create(self) -> None:
        """Make the tables of a new, empty database (tests and the demo; elsewhere ``suture db upgrade``)."""
        async with self._writer.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def keep_tidy(self) -> None:
        """What the database wants done beside its questions, until cancelled; PostgreSQL does it itself."""
        if self.sqlite:
            await self._checkpoints.keep()

    async def ping(self) -> None:
        """Raises when the database cannot be reached."""
        async with self.read() as connection:
            await connection.execute(sa.text("select 1"))

    async def close(self) -> None:
        await self._together.close()
        await self._writer.dispose()
        await self._reader.dispose()
        await self._glancer.dispose()


async def _one_by_one(connection: AsyncConnection, writes: Sequence[Write[Any]]) -> list[Any]:
    return [await do(connection) for do in writes]


def only_reads(connection: AsyncConnection) -> bool:
    """Whether it is one of ``Store.read()``: a dry run asks what would change, and PostgreSQL refuses it any lock."""
    return bool(connection.sync_connection and connection.sync_connection.get_execution_options().get(_READS))


def plain(value: Any) -> Any:
    """A frozen value as JSON values, for a JSON column."""
    return json.loads(to_json(value))
