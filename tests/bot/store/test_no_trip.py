"""What the event loop asks SQLite itself: answered at once, by no thread."""

from __future__ import annotations

import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.no_trip import no_trip

_NUMBERS = sa.text("with recursive n(i) as (select 1 union all select i + 1 from n where i < :most) select i from n")


def _at_once(asked: Coroutine[Any, Any, Any]) -> Any:
    """Its answer, if it never lets go of the loop."""
    with pytest.raises(StopIteration) as ended:
        asked.send(None)
    return ended.value.value


async def test_the_answer_is_there_before_anybody_else_had_a_turn(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", connect_args={"async_creator_fn": no_trip})
    threads = threading.active_count()
    async with engine.connect() as connection:
        answer = _at_once(connection.execute(_NUMBERS, {"most": 2_500}))
        assert answer.scalars().all() == list(range(1, 2_501))
        assert threading.active_count() == threads
    await engine.dispose()


async def test_what_sqlite_refuses_is_raised_and_the_connection_goes_on(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", connect_args={"async_creator_fn": no_trip})
    async with engine.begin() as connection:
        with pytest.raises(sa.exc.OperationalError, match="no such table: missing"):
            await connection.execute(sa.text("select * from missing"))
        assert (await connection.execute(sa.text("select 1"))).scalar() == 1
    await engine.dispose()
