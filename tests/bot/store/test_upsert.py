"""Many rows at once: each arrives, once, whatever their number and the statements that takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.db import Store
from bot.store.tables import chat_group, finding_alias
from bot.store.upsert import insert_many

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def there_and_back(store: Store, table: sa.Table, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What is stored of these rows, by their key."""
    async with store.write() as connection:
        await insert_many(connection, table, rows)
    async with store.read() as connection:
        found = await connection.execute(sa.select(table).order_by(*table.primary_key))
        return [tuple(row) for row in found]


@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 63, 64, 85, 256, 257, 1_000])
async def test_every_row_arrives_once(store: Store, number: int) -> None:
    rows = [(f"alias-{each:04}", f"problem-{each % 7}") for each in range(number)]
    assert await there_and_back(store, finding_alias, rows) == rows


async def test_what_a_column_writes_is_read_again(store: Store) -> None:
    rows = [(f"S{each:02}", [f"person-{each}"], NOW, "") for each in range(21)]
    assert await there_and_back(store, chat_group, rows) == rows


async def test_a_row_that_is_refused_takes_all_with_it(store: Store) -> None:
    rows = [(f"alias-{each}", "p") for each in range(300)]
    with pytest.raises(sa.exc.IntegrityError):
        async with store.write() as connection:
            await insert_many(connection, finding_alias, [*rows, ("alias-7", "p")])
    async with store.read() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(finding_alias))).scalar() == 0
