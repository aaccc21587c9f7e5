"""SQLite asked by the event loop itself: where an answer takes less than the way to a thread and back.

A question by its key is answered in some microseconds; the way costs ten times that, twice, and the loop does it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from typing import Any

import aiosqlite

from bot.store.one_trip import OneTrip


class _DoneAtOnce:
    """aiosqlite's queue to its thread, with nobody behind it: whoever puts something in does it."""

    def put_nowait(self, wanted: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do it, and tell whoever waits."""
        future, do = wanted
        try:
            result = do()
        except Exception as failure:  # noqa: BLE001 - told to whoever waits, as the thread does
            if future is not None:
                future.set_exception(failure)
        else:
            if future is not None:
                future.set_result(result)


class NoTrip(OneTrip):
    """The same connection without the thread. Everybody else waits meanwhile: it is for small questions by a key."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._tx = _DoneAtOnce()  # type: ignore[assignment]  # of a queue only this is asked

    def __await__(self) -> Generator[Any, Any, aiosqlite.Connection]:
        return self._connect().__await__()


def no_trip(database: str, **options: Any) -> NoTrip:
    """A connection to be awaited; ``options`` are those of ``sqlite3.connect``."""
    return NoTrip(lambda: sqlite3.connect(database, **options), 64)
