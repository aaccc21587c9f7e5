"""What a database did not do: whether it is away, whether others were in the way, or whether a value is at fault."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.store.db import Store
from bot.store.refusals import Collision, is_about_a_value, is_away, is_passing


class Told(Exception):
    """What a driver raised, with the code that the database gave it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "away", "passing", "value"),
    [
        ("57P03", True, False, False),  # starting up
        ("53300", True, False, False),  # too many connections
        ("53100", True, False, False),  # disk full
        ("08006", True, False, False),
        ("57014", False, False, False),  # a statement took too long: it would again
        ("40P01", False, True, False),
        ("23505", False, True, False),
        ("22003", False, False, True),
        ("42P01", False, False, False),  # no such table
    ],
)
def test_postgresql_says_it_by_its_codes(sqlstate: str, away: bool, passing: bool, value: bool) -> None:
    failure = DBAPIError("select", {}, Told(sqlstate))

    assert (is_away(failure), is_passing(failure), is_about_a_value(failure)) == (away, passing, value)


def test_a_host_that_nobody_knows_is_away_and_a_collision_is_not() -> None:
    assert is_away(OSError("Name or service not known"))
    assert not is_away(Collision())
    assert is_passing(Collision())


async def test_a_full_disk_under_sqlite_is_away(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'full.db'}")
    async with store.write() as connection:
        await connection.execute(sa.text("create table it (value)"))
        await connection.execute(sa.text("pragma max_page_count = 3"))
    with pytest.raises(DBAPIError) as refused:
        async with store.write() as connection:
            await connection.execute(sa.text("insert into it values (zeroblob(100000))"))
    await store.close()

    assert is_away(refused.value)


async def test_a_file_that_another_has_under_sqlite_is_away(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'held.db'}")
    async with store.write() as connection:
        await connection.execute(sa.text("create table it (value)"))
        await connection.execute(sa.text("pragma busy_timeout = 10"))
    other = sqlite3.connect(tmp_path / "held.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(DBAPIError) as refused:
        async with store.write() as connection:
            await connection.execute(sa.text("insert into it values (1)"))
    other.close()
    await store.close()

    assert is_away(refused.value)


async def test_a_table_that_is_not_there_is_a_bug_and_stays_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(DBAPIError) as refused:
        async with store.read() as connection:
            await connection.execute(sa.text("select 1 from nothing"))
    await store.close()

    assert not is_away(refused.value)
