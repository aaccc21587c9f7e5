"""Small writes of many at once: on SQLite they share a transaction, and still each is its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Store, Write
from bot.store.tables import chat_group

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def note(name: str, *, fails: bool = False) -> Write[str]:
    """Writes a row; ``fails`` afterwards."""

    async def write(connection: AsyncConnection) -> str:
        await connection.execute(sa.insert(chat_group).values(id=name, people=[], read_at=NOW))
        if fails:
            raise LookupError(name)
        return name.upper()

    return write


async def names(store: Store) -> list[str]:
    async with store.read() as connection:
        return list((await connection.execute(sa.select(chat_group.c.id).order_by(chat_group.c.id))).scalars())


async def test_each_is_told_what_it_returned_once_all_is_durable(store: Store) -> None:
    told = await asyncio.gather(*(store.together(note(f"n{number:02}")) for number in range(50)))

    assert told == [f"N{number:02}" for number in range(50)]
    assert len(await names(store)) == 50


async def test_one_that_fails_leaves_nothing_and_keeps_nobody_from_theirs(store: Store) -> None:
    wanted = [note("a"), note("b", fails=True), note("c")]
    told = await asyncio.gather(*(store.together(each) for each in wanted), return_exceptions=True)

    assert told[::2] == ["A", "C"]
    assert isinstance(told[1], LookupError)
    assert await names(store) == ["a", "c"]


async def test_on_sqlite_many_share_a_transaction(store: Store) -> None:
    transactions: list[object] = []

    async def write(connection: AsyncConnection) -> None:
        assert connection.sync_connection is not None
        transactions.append(connection.sync_connection.get_transaction())

    await asyncio.gather(*(store.together(write) for _ in range(20)))

    assert len(transactions) == 20
    assert len(set(transactions)) == (1 if store.sqlite else 20)
