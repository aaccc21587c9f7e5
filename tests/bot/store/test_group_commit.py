"""Items that wait together are written together; what becomes of them when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Store
from bot.store.group_commit import GroupCommit


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
