"""SQLite's log is copied into the database beside whoever writes: what the file alone tells, without its log."""

from __future__ import annotations

import asyncio
import queue
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.checkpoints import Checkpoints, checkpoint
from bot.store.db import Store
from bot.store.tables import finding_alias
from tests.patience import PATIENCE


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'suture.db'}")
    await store.create()
    yield store
    await store.close()


async def write(store: Store, rows: int, name: str = "GHSA") -> None:
    async with store.write() as connection:
        await connection.execute(
            sa.insert(finding_alias), [{"alias": f"{name}-{number}", "problem": "p"} for number in range(rows)]
        )


def in_the_file(store: Store) -> int:
    """How many rows the database has without its log; -1 where not even the table is in it."""
    file = Path(store.url.removeprefix("sqlite:///"))
    alone = file.with_name("alone.db")
    shutil.copyfile(file, alone)
    with closing(sqlite3.connect(alone)) as connection, suppress(sqlite3.DatabaseError):
        return int(connection.execute("SELECT count(*) FROM finding_alias").fetchone()[0])
    return -1


async def test_what_is_committed_comes_into_the_file(store: Store) -> None:
    await write(store, 3)
    assert in_the_file(store) < 3

    checkpoint(store.url)
    assert in_the_file(store) == 3


async def test_what_somebody_still_reads_at_an_older_state_waits_for_nobody(store: Store) -> None:
    await write(store, 3)
    checkpoint(store.url)
    async with store.read() as reader:
        await reader.execute(sa.select(finding_alias))
        await write(store, 2, "CVE")
        checkpoint(store.url)
    assert in_the_file(store) == 3

    checkpoint(store.url)
    assert in_the_file(store) == 5


class Copies:
    """In place of the copying: what was asked for, in order; ``failures`` are raised first, one each."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __call__(self, url: str) -> None:
        self._done.put(url)
        if self._failures:
            raise self._failures.pop(0)

    async def next(self) -> str:
        return await asyncio.to_thread(self._done.get, timeout=PATIENCE)


@pytest.fixture
async def keep() -> AsyncIterator[Callable[[Checkpoints], None]]:
    kept: list[asyncio.Task[None]] = []
    yield lambda checkpoints: kept.append(asyncio.create_task(checkpoints.keep()))
    for each in kept:
        each.cancel()


async def test_it_is_copied_when_much_was_written_and_not_before(keep: Callable[[Checkpoints], None]) -> None:
    copies = Copies()
    checkpoints = Checkpoints("sqlite:///s.db", rows=10, copy=copies)
    keep(checkpoints)
    checkpoints.written(9)
    assert not checkpoints.wanted
    checkpoints.written(10)
    assert await copies.next() == "sqlite:///s.db"

    checkpoints.written(19)
    assert not checkpoints.wanted
    checkpoints.written(20)
    await copies.next()

    checkpoints.written(2)  # by a new connection, and nobody knows how much before it
    await copies.next()


async def test_a_failure_does_not_end_it(keep: Callable[[Checkpoints], None]) -> None:
    copies = Copies(sqlite3.OperationalError("disk I/O error"))
    checkpoints = Checkpoints("sqlite:///s.db", rows=10, copy=copies)
    keep(checkpoints)
    checkpoints.written(10)
    await copies.next()
    checkpoints.written(20)
    await copies.next()


async def test_the_store_does_so_by_itself(store: Store) -> None:
    keeping = asyncio.create_task(store.keep_tidy())
    await write(store, 8_000)
    async with asyncio.timeout(PATIENCE):
        while in_the_file(store) < 8_000:  # noqa: ASYNC110  # a thread copies them
            await asyncio.sleep(0.01)
    keeping.cancel()
