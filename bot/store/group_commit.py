"""The group commit: requests that wait together share one durable transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.refusals import is_away, is_cut, is_passing

Item = TypeVar("Item")
Result = TypeVar("Result")
Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]

_TRIES = 10  # of one group, where others were in the way


@dataclass(frozen=True, slots=True)
class _Carried:
    """What went along with somebody's transaction, and what writing it returned."""

    group: Sequence[tuple[Any, asyncio.Future[Any]]] = ()
    results: Sequence[Any] = ()


class GroupCommit(Generic[Item, Result]):
    """Items that wait together are written together: one transaction, one flush to disk, many answers.

    Each item's result is known only after the commit. When a group fails, its items are tried alone, so that one bad
    item fails alone; while the database is away all fail at once, since each alone would wait as long in vain. There is
    no timer: while one group commits, the next one gathers. A group ends where it would weigh more than ``heaviest``:
    a long transaction is one that everybody waits for, and while it runs what is to come next is made ready.

    What waits in ``along`` goes along with each transaction, so that it needs no flush to disk of its own.
    """

    def __init__(
        self,
        transaction: Transaction,
        write: Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]],
        committed: Callable[[Item, Result], None] = lambda item, result: None,
        *,
        largest: int = 200,
        weigh: Callable[[Item], int] = lambda item: 1,
        heaviest: int = 5_000,
        waiting: int = 5_000,
        along: GroupCommit[Any, Any] | None = None,
    ) -> None:
        self._transaction = transaction
        self._write = write
        self._committed = committed
        self._largest = largest
        self._weigh = weigh
        self._heaviest = heaviest
        self._limit = waiting
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None
        self._at_work = False
        self._along = along
        self._carrier: GroupCommit[Any, Any] | None = None
        if along is not None:
            along._carrier = self

    @property
    def full(self) -> bool:
        """Too many wait already: a new one should be told to come back (503)."""
        return len(self._waiting) >= self._limit

    async def submit(self, item: Item) -> Result:
        """Wait until ``item`` is committed. Raises what writing it alone raised.

        Of who is cancelled while others are still written nothing is: a drain that is stopped has not sent anything.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._carrier is None or not self._carrier._at_work:
            self._begin()
        return await future

    def _begin(self) -> None:
        """See to what waits, unless somebody does."""
        if self._waiting and not self._at_work:
            self._at_work = True
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                if group := self._next():
                    await self._commit(group)
        finally:
            self._at_work = False
        if self._along is not None:
            self._along._begin()

    async def _gather(self) -> None:
        """Let those come along that have arrived already and are only being read."""
        before = 0
        while before < len(self._waiting) < self._largest:
            before = len(self._waiting)
            await asyncio.sleep(0)

    def _next(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        """Those who wait no more are forgotten; of the others as many as go together wait no longer."""
        self._waiting = [each for each in self._waiting if not each[1].done()]
        size = self._size()
        group, self._waiting = self._waiting[:size], self._waiting[size:]
        return group

    def _size(self) -> int:
        """How many go together: the first, and as many more as it takes to be largest or heaviest."""
        weights = accumulate(self._weigh(item) for item, _ in self._waiting[: self._largest])
        return max(1, sum(weight <= self._heaviest for weight in weights))

    async def _commit(self, group: list[tuple[Item, asyncio.Future[Result]]], tries: int = _TRIES) -> None:
        carried = _Carried()
        try:
            async with self._transaction() as connection:
                results = await self._write(connection, [item for item, _ in group])
                if self._along is not None:
                    carried = await self._along._go_along(connection)
        except Exception as failure:  # noqa: BLE001 - told to the one whose item it is, never swallowed
            if self._along is not None:
                self._along._waiting[:0] = carried.group
            if (is_passing(failure) or is_cut(failure)) and tries > 1:
                await self._commit(group, tries - 1)
                return
            if len(group) == 1 or is_away(failure):
                for _, future in group:
                    _settle(future, failure)
                return
            for one in group:
                await self._commit([one])
            return
        self._tell(group, results)
        if self._along is not None:
            self._along._tell(carried.group, carried.results)

    async def _go_along(self, connection: AsyncConnection) -> _Carried:
        """Write a group of what waits here in this transaction of somebody else's, who tells it once that is committed.

        One that fails leaves nothing there, and is tried again in a transaction of its own, where it is told why.
        """
        group = [] if self._at_work else self._next()
        if not group:
            return _Carried()
        try:
            async with connection.begin_nested():
                return _Carried(group, await self._write(connection, [item for item, _ in group]))
        except Exception:  # noqa: BLE001 - told when it is tried again
            self._waiting[:0] = group
            self._begin()
            return _Carried()

    def _tell(self, group: Sequence[tuple[Item, asyncio.Future[Result]]], results: Sequence[Result]) -> None:
        for (item, future), result in zip(group, results, strict=True):
            self._committed(item, result)
            if not future.done():
                future.set_result(result)

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._task is not None:
            await self._task


def _settle(future: asyncio.Future[Any], failure: Exception) -> None:
    if not future.done():
        future.set_exception(failure)
