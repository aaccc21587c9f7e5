"""SQLite's log is copied into the database beside whoever writes: what the file alone tells, without its log."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
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


async def comes_to(store: Store, rows: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while in_the_file(store) != rows:  # noqa: ASYNC110  # a thread copies them
            await asyncio.sleep(0.01)


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


async def test_it_is_copied_when_much_was_written_and_not_before(store: Store) -> None:
    checkpoints = Checkpoints(store.url, rows=10)
    keeping = asyncio.create_task(checkpoints.keep())
    await write(store, 3)
    checkpoints.written(9)
    await asyncio.sleep(0.05)
    assert in_the_file(store) < 3

    checkpoints.written(10)
    await comes_to(store, 3)

    await write(store, 4, "CVE")
    checkpoints.written(2)  # by a new connection
    await comes_to(store, 7)
    keeping.cancel()


async def test_a_failure_does_not_end_it(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    store = Store(f"sqlite:///{folder / 'suture.db'}")
    checkpoints = Checkpoints(store.url, rows=1)
    keeping = asyncio.create_task(checkpoints.keep())
    checkpoints.written(1)
    await asyncio.sleep(0.05)
    assert not keeping.done()

    folder.mkdir()
    await store.create()
    await write(store, 3)
    checkpoints.written(2)
    await comes_to(store, 3)
    keeping.cancel()
    await store.close()


async def test_the_store_does_so_by_itself(store: Store) -> None:
    keeping = asyncio.create_task(store.keep_tidy())
    await write(store, 8_000)
    await comes_to(store, 8_000)
    keeping.cancel()
