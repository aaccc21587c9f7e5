"""INSERT in the dialect at hand, with ON CONFLICT or of very many rows: where SQLite and PostgreSQL differ in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: sa.Table) -> Any:
    """The dialect's own insert, which knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def replace_rows(connection: AsyncConnection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or overwrite those of the same primary key."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = insert(connection, table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if others:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    await connection.execute(statement, rows)


# SQLite takes so many rows with one statement. Between two its thread waits for the interpreter, which may take longer
# than a hundred rows do; within one it needs none. Few numbers, so that each statement is prepared once and kept.
_TOGETHER = (256, 64, 16, 4)
_MOST_VALUES = 32_766 if sqlite3.sqlite_version_info >= (3, 32) else 999  # of one statement, where SQLite is built so


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An INSERT in the words of one dialect, and how some of a row's values are written, by their place."""

    words: Sequence[tuple[int, str]]  # by how many rows it takes, most first
    width: int  # values of a row
    written: Sequence[tuple[int, Callable[[Any], Any]]]

    def statements(self, rows: Sequence[Iterable[Any]]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """What inserts the rows: a statement, and its values for each time that it is executed."""
        start = 0
        for together, words in self.words:
            end = len(rows) - (len(rows) - start) % together
            if start < end:
                yield words, [self._values(rows[at : at + together]) for at in range(start, end, together)]
            start = end

    def _values(self, rows: Sequence[Iterable[Any]]) -> tuple[Any, ...]:
        values = list(chain.from_iterable(rows))
        for place, write in self.written:
            values[place :: self.width] = map(write, values[place :: self.width])
        return tuple(values)


@lru_cache(maxsize=32)
def _prepared(table: sa.Table, dialect: sa.Dialect) -> _Prepared:
    names = [column.name for column in table.columns if column is not table.autoincrement_column]
    words = str(table.insert().compile(dialect=dialect, column_keys=names))
    start, values, row = words.partition(" VALUES ")
    fit = [size for size in _TOGETHER if dialect.name == "sqlite" and size * len(names) <= _MOST_VALUES]
    several = [(size, start + values + ", ".join([row] * size)) for size in fit]
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    written = [(place, write) for place, write in enumerate(writers) if write is not None]
    return _Prepared([*several, (1, words)], len(names), written)


async def insert_many(connection: AsyncConnection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of every column but the number, in the table's order.

    The same as ``execute(table.insert(), rows)`` at a fraction of the price, which counts where thousands come at once.
    """
    for words, values in _prepared(table, connection.dialect).statements(rows):
        await connection.exec_driver_sql(words, values)
