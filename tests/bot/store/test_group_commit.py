"""Items that wait together are written together; what becomes of them when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Store
from bot.store.group_commit import GroupCommit
from bot.store.tables import chat_group

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def group_of(store: Store, groups: list[Sequence[str]], failing: Exception) -> GroupCommit[str, str]:
    """Notes every group it is given; one with a "bad" item fails."""

    async def write(_connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        groups.append(items)
        if "bad" in items:
            raise failing
        return items

    return GroupCommit(store.write, write)


async def test_one_bad_item_fails_alone(store: Store) -> None:
    groups = list[Sequence[str]]()
    group = group_of(store, groups, ValueError("bad"))
    told = await asyncio.gather(*(group.submit(each) for each in ("a", "bad", "b")), return_exceptions=True)

    assert told[::2] == ["a", "b"]
    assert isinstance(told[1], ValueError)
    assert groups == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]


async def test_while_the_database_is_away_nobody_waits_for_it_alone(store: Store) -> None:
    """On SQLite another's lock is waited for thirty seconds: a group of sixty would take half an hour to fail."""
    groups = list[Sequence[str]]()
    group = group_of(store, groups, OSError("Connection refused"))
    told = await asyncio.gather(*(group.submit(each) for each in ("a", "bad", "b")), return_exceptions=True)

    assert [type(each) for each in told] == [OSError] * 3
    assert len(groups) == 1

    assert await group.submit("later") == "later"


async def test_a_group_ends_before_it_is_too_heavy(store: Store) -> None:
    groups = list[Sequence[str]]()

    async def write(_connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        groups.append(items)
        return items

    group = GroupCommit(store.write, write, weigh=len, heaviest=4)
    items = ["aaa", "b", "c", "ddddddddd", "ee", "ff"]

    assert await asyncio.gather(*(group.submit(each) for each in items)) == items
    assert groups == [["aaa", "b"], ["c"], ["ddddddddd"], ["ee", "ff"]]


async def test_of_who_is_cancelled_before_its_turn_nothing_is_written(store: Store) -> None:
    groups = list[Sequence[str]]()
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def write(_connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        groups.append(items)
        under_way.set()
        await go_on.wait()
        return items

    group = GroupCommit(store.write, write)
    first = asyncio.create_task(group.submit("first"))
    await under_way.wait()
    stopped, waits = (asyncio.create_task(group.submit(each)) for each in ("stopped", "waits"))
    await asyncio.sleep(0)
    stopped.cancel()
    go_on.set()

    told = await asyncio.gather(first, stopped, waits, return_exceptions=True)
    assert told[::2] == ["first", "waits"]
    assert isinstance(told[1], asyncio.CancelledError)
    assert groups == [["first"], ["waits"]]


async def test_closing_waits_for_what_is_under_way(store: Store) -> None:
    groups = list[Sequence[str]]()
    group = group_of(store, groups, ValueError("bad"))
    last = asyncio.create_task(group.submit("last"))
    await asyncio.sleep(0)
    await group.close()

    assert await last == "last"
    with pytest.raises(ValueError, match="bad"):
        await group.submit("bad")


class Carrier:
    """A group commit that another one goes along with; in its first transaction it waits until it is let go."""

    def __init__(self, store: Store, failing: Exception | None = None) -> None:
        self.transactions: dict[str, object] = {}
        self.begun, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.along: GroupCommit[str, str] = GroupCommit(store.write, self._write_along)
        self.group: GroupCommit[str, str] = GroupCommit(store.write, self._write, along=self.along)
        self._failing = failing

    async def _write(self, connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        self._note(connection, items)
        self.begun.set()
        await self.may_go_on.wait()
        if self._failing is not None and len(items) > 1:
            raise self._failing
        return items

    async def _write_along(self, connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        for item in items:
            await connection.execute(sa.insert(chat_group).values(id=item, people=[], read_at=NOW))
            if item == "bad":
                raise LookupError(item)
        self._note(connection, items)
        return items

    def _note(self, connection: AsyncConnection, items: Sequence[str]) -> None:
        assert connection.sync_connection is not None
        self.transactions |= dict.fromkeys(items, connection.sync_connection.get_transaction())

    async def carry(self, large: Sequence[str], *small: str) -> list[str | BaseException]:
        """Submit the small ones while the large ones are being written."""
        wanted = [asyncio.create_task(self.group.submit(each)) for each in large]
        await self.begun.wait()
        wanted += [asyncio.create_task(self.along.submit(each)) for each in small]
        await asyncio.sleep(0)
        self.may_go_on.set()
        return await asyncio.gather(*wanted, return_exceptions=True)


async def written(store: Store) -> list[str]:
    async with store.read() as connection:
        return list((await connection.execute(sa.select(chat_group.c.id).order_by(chat_group.c.id))).scalars())


async def test_what_waits_goes_along_with_a_transaction_of_others(store: Store) -> None:
    carrier = Carrier(store)

    assert await carrier.carry(["large"], "a", "b") == ["large", "a", "b"]
    assert len(set(carrier.transactions.values())) == 1
    assert await written(store) == ["a", "b"]

    assert await carrier.along.submit("c") == "c", "with nobody to go along with it goes by itself"
    assert carrier.transactions["c"] is not carrier.transactions["a"]


async def test_one_that_fails_on_the_way_leaves_nothing_and_is_told_why(store: Store) -> None:
    carrier = Carrier(store)
    told = await carrier.carry(["large"], "a", "bad", "b")

    assert [told[0], told[1], told[3]] == ["large", "a", "b"]
    assert isinstance(told[2], LookupError)
    assert await written(store) == ["a", "b"]


async def test_what_went_along_with_a_transaction_that_failed_goes_with_the_next(store: Store) -> None:
    """The two large ones fail together, and each by itself does not; the small one is written once."""
    carrier = Carrier(store, ValueError("not both"))

    assert await carrier.carry(["one", "other"], "a") == ["one", "other", "a"]
    assert carrier.transactions["a"] is carrier.transactions["one"]
    assert await written(store) == ["a"]


async def test_what_went_along_is_there_only_with_the_commit(store: Store) -> None:
    """The large one's commit breaks after the small one was written beside it: nobody is told that it was."""
    broken = list[str]()

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncConnection]:
        async with store.write() as connection:
            yield connection
            if not broken:
                broken.append("once")
                raise ValueError("the commit")

    carrier = Carrier(store)
    carrier.group = GroupCommit(transaction, carrier._write, along=carrier.along)
    told = await carrier.carry(["large"], "a")

    assert isinstance(told[0], ValueError)
    assert told[1] == "a"
    assert carrier.transactions["a"] is not carrier.transactions["large"]
    assert await written(store) == ["a"]


async def test_small_writes_of_the_store_go_along_with_its_large_ones_on_sqlite(store: Store) -> None:
    transactions: list[object] = []
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def small(connection: AsyncConnection) -> None:
        assert connection.sync_connection is not None
        transactions.append(connection.sync_connection.get_transaction())

    async def write(connection: AsyncConnection, items: Sequence[str]) -> Sequence[str]:
        await small(connection)
        begun.set()
        await may_go_on.wait()
        return items

    group = store.group_commit(write, lambda item, result: None)
    large = asyncio.create_task(group.submit("large"))
    await begun.wait()
    waiting = [asyncio.create_task(store.together(small)) for _ in range(3)]
    await asyncio.sleep(0)
    may_go_on.set()
    await asyncio.gather(large, *waiting)

    assert len(transactions) == 4
    assert len(set(transactions)) == (1 if store.sqlite else 4)
