"""INSERT in the dialect at hand, with ON CONFLICT or of very many rows: where SQLite and PostgreSQL differ in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
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


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An INSERT in the words of one dialect: what it takes of a row, in its order, and how some of it is written."""

    words: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    written: Sequence[tuple[int, Callable[[Any], Any]]]

    def parameters(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = list(self.values(row))
        for place, write in self.written:
            values[place] = write(values[place])
        return tuple(values)


@lru_cache(maxsize=32)
def _prepared(table: sa.Table, dialect: sa.Dialect) -> _Prepared:
    names = [column.name for column in table.columns if column is not table.autoincrement_column]
    compiled = table.insert().compile(dialect=dialect, column_keys=names)
    order = list(compiled.positiontup or names)
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    written = [(place, write) for place, write in enumerate(writers) if write is not None]
    return _Prepared(str(compiled), itemgetter(*order), written)


async def insert_many(connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name every column but the number; what else is in them is left.

    The same as ``execute(table.insert(), rows)`` at half the price, which counts where thousands come at once.
    """
    if rows:
        prepared = _prepared(table, connection.dialect)
        await connection.exec_driver_sql(prepared.words, [prepared.parameters(row) for row in rows])
