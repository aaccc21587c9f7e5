"""SQLite in a thread of its own, a statement and its rows in one trip there and back.

The driver goes there for a cursor, to run the statement, for its rows and to close the cursor; each trip makes two
threads wait for each other, and costs more than most of our statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite

_AHEAD = 1_000  # rows that come along with a statement; the rest of a longer answer is fetched as it is asked for
_CHUNK = 64  # aiosqlite's own


class _Cursor(aiosqlite.Cursor):
    """Made, asked and read in the thread at once."""

    def __init__(self, connection: OneTrip) -> None:
        self._conn: OneTrip = connection
        self.iter_chunk_size = _CHUNK
        self._ahead: list[Any] = []
        self._more = False  # whether the thread may have further rows

    async def __aenter__(self) -> Self:
        """The cursor; SQLite knows of it with its first statement."""
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        """Run it, and bring its first rows along."""
        self._ahead = await self._conn.there(self._run, sql, parameters or ())
        self._more = len(self._ahead) == _AHEAD
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run it once for each."""
        await self._conn.there(self._run_many, sql, parameters)
        return self

    async def fetchone(self) -> Any:
        """The next row, None when there is none."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next rows, at most so many; none when there are no more."""
        wanted = size or self.arraysize
        if not self._ahead and self._more:
            return list(await super().fetchmany(wanted))
        rows, self._ahead = self._ahead[:wanted], self._ahead[wanted:]
        return rows

    async def fetchall(self) -> Sequence[Any]:
        """The rows that are left."""
        rows, self._ahead = self._ahead, []
        if self._more:
            rows += await super().fetchall()
            self._more = False
        return rows

    async def close(self) -> None:
        """Let go of what was not read; what was read to its end SQLite has let go of already."""
        if self._more:
            await super().close()

    def _run(self, sql: str, parameters: Any) -> list[Any]:
        self._cursor = self._conn.cursor_there()
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchmany(_AHEAD) if self._cursor.description else []

    def _run_many(self, sql: str, parameters: Any) -> None:
        self._cursor = self._conn.cursor_there()
        self._cursor.executemany(sql, parameters)


class OneTrip(aiosqlite.Connection):
    """aiosqlite's connection with such cursors; for SQLAlchemy, which asks nothing else of a cursor."""

    def cursor(self) -> _Cursor:  # type: ignore[override]  # SQLAlchemy enters it, whatever it is
        """A new cursor."""
        return _Cursor(self)

    async def there(self, do: Callable[..., Any], *what: Any) -> Any:
        """One trip."""
        return await self._execute(do, *what)  # type: ignore[no-untyped-call]

    def cursor_there(self) -> sqlite3.Cursor:
        """SQLite's own cursor, for who is in the thread."""
        return self._conn.cursor()


def one_trip(database: str, **options: Any) -> OneTrip:
    """A connection to be awaited; ``options`` are those of ``sqlite3.connect``."""
    connection = OneTrip(lambda: sqlite3.connect(database, **options), _CHUNK)
    connection._thread.daemon = True  # what is still open does not keep the process; SQLAlchemy does so for its own
    return connection
