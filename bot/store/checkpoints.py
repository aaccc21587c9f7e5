"""SQLite's log is copied into the database by a thread of its own, beside whoever writes.

What is committed stands in the log first. Left alone, the writer itself copies it with every few thousandth page, and
every alert that comes meanwhile waits for that; what was copied beside it is no work any more when its turn comes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import sqlalchemy as sa
import structlog

log = structlog.get_logger()

_ROWS = 8_000  # changed since the last time: some 20 MB, half a second of a storm


def checkpoint(url: str) -> None:
    """Copy what nobody reads at an older state any more; it waits for nobody. Raises sqlite3.Error."""
    with closing(sqlite3.connect(str(sa.make_url(url).database), timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")  # the log is on disk before, the database after it
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


class Checkpoints:
    """Knows how much was written, and has the log copied when it was much."""

    def __init__(self, url: str, *, rows: int = _ROWS, copy: Callable[[str], None] = checkpoint) -> None:
        self._url = url
        self._rows = rows
        self._copy = copy
        self._copied = 0
        self._much = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """Whether it was much, and nobody has begun to copy it."""
        return self._much.is_set()

    def written(self, rows: int) -> None:
        """So many rows has the writer's connection changed by now; a new one begins at none again."""
        if not 0 <= rows - self._copied < self._rows:
            self._copied = rows
            self._much.set()

    async def keep(self) -> None:
        """Copy it whenever it was much, until cancelled. A failure is only logged: the writer meets it too."""
        while True:
            await self._much.wait()
            self._much.clear()
            try:
                await asyncio.to_thread(self._copy, self._url)
            except sqlite3.Error as failure:
                log.warning("the log of the database could not be copied into it", problem=str(failure))
