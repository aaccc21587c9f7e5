"""What the rows of findings rest on: the columns' order, and the indexes by which the largest table is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.db import Store
from bot.store.findings import FindingRow, absent_from_snapshot


def test_a_row_has_the_columns_in_their_order() -> None:
    columns = [column.name for column in t.finding.columns][1:]
    assert [{"times": "count"}.get(name, name) for name in FindingRow._fields] == columns


@contextmanager
def _asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The statements that go to the database meanwhile, each with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, words: str, values: Any, *_: Any) -> None:
        asked.append((words, values))

    engine = store._reader.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


async def test_what_is_absent_is_looked_for_among_the_findings_of_that_scope_alone(store: Store) -> None:
    async with store.read() as connection:
        with _asked(store) as asked:
            assert (
                await absent_from_snapshot(connection, "cluster/namespace", datetime(2026, 3, 1, tzinfo=UTC), "d") == []
            )
        if store.sqlite:
            words, values = asked[-1]
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)).all()
            assert all(re.search("USING INDEX finding_by_scope", row.detail) for row in plan), plan
