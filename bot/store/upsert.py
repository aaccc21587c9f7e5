"""INSERT in the dialect at hand, with ON CONFLICT or of very many rows: where SQLite and PostgreSQL differ in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


# Values of one statement, the most that every SQLite takes. Between two statements its thread waits for the
# interpreter, which may take longer than a row does; within one it needs none.
_VALUES = 999


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An INSERT in the words of one dialect, and how some of a row's values are written, by their place."""

    words: str
    written: Sequence[tuple[int, Callable[[Any], Any]]]
    several: str  # the same of several rows at once
    at_once: int  # how many those are

    def parameters(self, row: Iterable[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, write in self.written:
            values[place] = write(values[place])
        return tuple(values)


@lru_cache(maxsize=32)
def _prepared(table: sa.Table, dialect: sa.Dialect) -> _Prepared:
    names = [column.name for column in table.columns if column is not table.autoincrement_column]
    words = str(table.insert().compile(dialect=dialect, column_keys=names))
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    written = [(place, write) for place, write in enumerate(writers) if write is not None]
    at_once = _VALUES // len(names) if dialect.name == "sqlite" else 1
    start, values, row = words.partition(" VALUES ")
    return _Prepared(words, written, start + values + ", ".join([row] * at_once), at_once)


async def insert_many(connection: AsyncConnection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of every column but the number, in the table's order.

    The same as ``execute(table.insert(), rows)`` at a fraction of the price, which counts where thousands come at once.
    """
    if not rows:
        return
    prepared = _prepared(table, connection.dialect)
    values = [prepared.parameters(row) for row in rows]
    together, full = prepared.at_once, len(values) - len(values) % prepared.at_once
    pieces = [tuple(chain.from_iterable(values[start : start + together])) for start in range(0, full, together)]
    if pieces:
        await connection.exec_driver_sql(prepared.several, pieces)
    if full < len(values):
        await connection.exec_driver_sql(prepared.words, values[full:])
