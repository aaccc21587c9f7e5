"""The floor that the other tests stand on: a fresh database with tables, and durable work on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.store import tables as t
from bot.store.cases import cases_by_key, lock_cases
from bot.store.db import Store
from tests.patience import PATIENCE

Look = Callable[[Store], AbstractAsyncContextManager[AsyncConnection]]


async def test_a_fresh_database_has_the_tables_and_nothing_in_them(store: Store) -> None:
    async with store.write() as connection:
        for table in t.metadata.sorted_tables:
            assert (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar() == 0


async def test_what_one_test_writes_is_gone_in_the_next(store: Store) -> None:
    async with store.write() as connection:
        assert (await connection.execute(sa.select(t.session))).all() == []
        await connection.execute(sa.insert(t.channel).values(chat="slack", name="C0"))
    async with store.read() as connection:
        assert (await connection.execute(sa.select(t.channel.c.name))).scalar() == "C0"


async def test_work_asked_for_in_a_transaction_is_done_once_it_commits(store: Store, engine: Engine) -> None:
    done = asyncio.Event()

    async def work(word: str) -> None:
        assert word == "hello"
        done.set()

    engine.register("test.work", work)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "test.work", "hello")
    await asyncio.wait_for(done.wait(), PATIENCE)


@pytest.mark.parametrize("look", [Store.read, Store.glance])
async def test_what_is_read_together_was_true_together(store: Store, look: Look) -> None:
    count = sa.select(sa.func.count()).select_from(t.channel)
    async with look(store) as connection:
        before = (await connection.execute(count)).scalar()
        async with store.write() as other:
            await other.execute(sa.insert(t.channel).values(chat="slack", name="C0"))
        assert (before, (await connection.execute(count)).scalar()) == (0, 0)
    async with look(store) as connection:
        assert (await connection.execute(count)).scalar() == 1


async def test_who_only_looks_locks_nothing(store: Store) -> None:
    async with store.read() as connection:  # PostgreSQL would refuse a lock here
        assert await cases_by_key(connection, {("payments", "production", "CVE-2014-0160")}, {1}) == {}
        assert not await lock_cases(connection, {1})
