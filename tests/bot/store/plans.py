"""How SQLite means to answer what is asked of it: by an index, or by reading a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import metadata


@contextmanager
def asked_of(connection: AsyncConnection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that go to its database meanwhile, each with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, words: str, values: Any, *_: Any) -> None:
        asked.append((words, values))

    engine = connection.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


async def tables_read_whole(connection: AsyncConnection, asked: list[tuple[str, Any]]) -> set[str]:
    """Which tables these statements read from end to end; lists that came as values are none."""
    plans = [await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values) for words, values in asked]
    steps = [row.detail.split() for plan in plans for row in plan]
    return {step[1] for step in steps if step[0] == "SCAN" and step[1] in metadata.tables}
