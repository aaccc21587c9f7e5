"""A statement and its rows in one trip to SQLite's thread, whatever their number."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.store.one_trip import OneTrip, one_trip

_NUMBERS = sa.text("with recursive n(i) as (select 1 union all select i + 1 from n where i < :most) select i from n")


class Counted(OneTrip):
    """Counts its trips."""

    trips = 0

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        self.trips += 1
        return await super()._execute(fn, *args, **kwargs)


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Counted]:
    connection = Counted(lambda: sqlite3.connect(path), 64)
    await connection
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _connected(path: Path) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"async_creator_fn": one_trip})
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


@pytest.mark.parametrize("most", [1, 999, 1_000, 1_001, 2_500])
async def test_every_row_comes_once_and_in_order(tmp_path: Path, most: int) -> None:
    async with _connected(tmp_path / "x.db") as connection:
        rows = (await connection.execute(_NUMBERS, {"most": most})).scalars().all()
    assert rows == list(range(1, most + 1))


@pytest.mark.parametrize("size", [7, 300, 1_000, 1_700])
async def test_a_stream_brings_every_row(tmp_path: Path, size: int) -> None:
    async with _connected(tmp_path / "x.db") as connection, connection.stream(_NUMBERS, {"most": 2_500}) as found:
        rows = [row.i async for part in found.partitions(size) for row in part]
    assert rows == list(range(1, 2_501))


async def test_rows_are_fetched_as_they_are_asked_for(tmp_path: Path) -> None:
    async with _opened(tmp_path / "x.db") as connection:
        cursor = connection.cursor()
        await cursor.execute(_NUMBERS.text.replace(":most", "2500"))
        first = await cursor.fetchone()
        many = await cursor.fetchmany(998)
        rest = [*await cursor.fetchmany(3), *await cursor.fetchmany(3)]
        left = await cursor.fetchall()
        assert await cursor.fetchone() is None
    assert [row[0] for row in (first, *many, *rest, *left)] == list(range(1, 2_501))


async def test_what_is_not_read_to_its_end_is_let_go(tmp_path: Path) -> None:
    async with _opened(tmp_path / "x.db") as connection:
        cursor = connection.cursor()
        await cursor.execute("create table t (i integer)")
        await cursor.executemany("insert into t values (?)", [(i,) for i in range(3_000)])
        await cursor.execute("select i from t")
        assert (await cursor.fetchone())[0] == 0
        await cursor.close()
        await connection.cursor().execute("drop table t")  # SQLite refuses while a statement still reads it


async def test_one_trip_a_statement(tmp_path: Path) -> None:
    async with _opened(tmp_path / "x.db") as connection:
        cursor = connection.cursor()
        await cursor.execute("create table t (i integer)")
        await cursor.executemany("insert into t values (?)", [(i,) for i in range(10)])
        assert cursor.rowcount == 10
        await cursor.execute("insert into t values (10) returning i")
        assert [tuple(row) for row in await cursor.fetchall()] == [(10,)]
        await cursor.execute("select i from t")
        assert len(await cursor.fetchall()) == 11
        await cursor.close()
        assert connection.trips == 4


async def test_what_sqlite_refuses_is_raised_and_the_connection_goes_on(tmp_path: Path) -> None:
    async with _connected(tmp_path / "x.db") as connection:
        with pytest.raises(sa.exc.OperationalError, match="no such table: missing"):
            await connection.execute(sa.text("select * from missing"))
        assert (await connection.execute(sa.text("select 1"))).scalar() == 1
