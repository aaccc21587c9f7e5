"""One piece of work on one ticket: the row is its own until another turn begins, and each comment is said once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from bot.engine import Clock
from bot.store.db import Store
from bot.store.tickets import record_turn
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Remark, Tracker

Answer = TypeVar("Answer")


class Taken(Exception):
    """Another turn of work has this ticket by now."""


class Turn:
    """``row`` is the ticket's row as it was when the turn began."""

    def __init__(self, tracker: Tracker, store: Store, row: Any, clock: Clock) -> None:
        self.tracker = tracker
        self.row = row
        self._store = store
        self._clock = clock

    @property
    def ticket(self) -> str:
        """What the tracker knows it by, whatever project it is in by now."""
        return str(self.row.number or self.row.key)

    async def ask(self, call: Callable[..., Answer], *arguments: Any) -> Answer:
        """Something of the tracker about this ticket, in a thread."""
        return await asyncio.to_thread(call, self.ticket, *arguments)

    async def record(self, **values: Any) -> None:
        """Write down what the tracker knows now. Raises Taken."""
        async with self._store.write() as connection:
            if not await record_turn(connection, self.row, **values):
                raise Taken

    async def say(self, remark: Remark) -> None:
        """A comment, written down before it is on the wire; what surely did not arrive is not looked for later."""
        await self.record(sending=remark.key, sent_at=self._clock())
        try:
            await self.ask(self.tracker.say, remark)
        except (Retriable, NeedsHuman):
            await self.record(sending="")
            raise

    async def lost(self) -> str:
        """The key of the comment that was on the wire when its answer got lost, if it is there; "" if none is.

        Raises Ambiguous while it may still come to light."""
        key = str(self.row.sending)
        if not key or await self.ask(self.tracker.said, key):
            return key
        if self._clock() - self.row.sent_at < timedelta(seconds=self.tracker.settle):
            raise Ambiguous("a comment whose answer was lost may still come to light")
        return ""
