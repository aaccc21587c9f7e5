"""The members of user groups as they were last read well: what counts while their chat cannot be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import chat_group
from bot.store.upsert import insert, replace_rows


async def remember_group(connection: AsyncConnection, group: str, people: Iterable[str], now: datetime) -> None:
    """The whole group, read just now."""
    row = {"id": group, "people": sorted(people), "read_at": now, "problem": ""}
    await replace_rows(connection, chat_group, [row])


async def remember_problem(connection: AsyncConnection, group: str, problem: str) -> None:
    """It could not be read; who was known before still is."""
    said = problem[:2000]
    statement = insert(connection, chat_group).values(id=group, people=[], read_at=None, problem=said)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"problem": said}))


async def groups(connection: AsyncConnection) -> Mapping[str, frozenset[str]]:
    """People's ids by group."""
    rows = await connection.execute(sa.select(chat_group.c.id, chat_group.c.people))
    return {row.id: frozenset(row.people) for row in rows}
