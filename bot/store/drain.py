"""A drain's view of the outbox: what waits in one channel, what was sent, when to come back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import cases, channel, history, message


def _waiting(chat: str, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(message.c.chat == chat, message.c.channel == name, message.c.sent < message.c.wanted)


async def next_waiting(connection: AsyncConnection, chat: str, name: str, now: datetime) -> Any:
    """The most urgent message of the channel that may be sent now, or None."""
    query = (
        sa.select(message)
        .where(_waiting(chat, name), sa.or_(message.c.not_before.is_(None), message.c.not_before <= now))
        .order_by(message.c.priority, message.c.wanted_at)
        .limit(1)
    )
    return (await connection.execute(query)).one_or_none()


async def next_due(connection: AsyncConnection, chat: str, name: str) -> datetime | None:
    """When the next postponed message of the channel may be tried again; None when nothing waits."""
    query = sa.select(sa.func.min(message.c.not_before, type_=message.c.not_before.type)).where(_waiting(chat, name))
    due: datetime | None = (await connection.execute(query)).scalar()
    return due


async def fall_asleep(connection: AsyncConnection, chat: str, name: str) -> bool:
    """Mark the channel asleep unless something waits. Whoever wants a message locks the same row, so none is missed."""
    row = sa.select(channel.c.awake).where(channel.c.chat == chat, channel.c.name == name).with_for_update()
    await connection.execute(row)
    if (await connection.execute(sa.select(message.c.id).where(_waiting(chat, name)).limit(1))).scalar() is not None:
        return False
    await connection.execute(
        sa.update(channel).where(channel.c.chat == chat, channel.c.name == name).values(awake=False, drain="")
    )
    return True


async def remember_drain(connection: AsyncConnection, chat: str, name: str, key: str) -> None:
    """Which piece of work is the channel's drain from now on."""
    await connection.execute(
        sa.update(channel).where(channel.c.chat == chat, channel.c.name == name).values(awake=True, drain=key)
    )


async def about_to_send(connection: AsyncConnection, message_id: int, what: str) -> None:
    """Say, durably, what is about to be on the wire."""
    await connection.execute(sa.update(message).where(message.c.id == message_id).values(sending=what))


async def posted(connection: AsyncConnection, row: Any, platform_id: str, now: datetime) -> None:
    """The root message is there: it shows the revision it was made from, and everything that had happened by then."""
    last = sa.select(sa.func.coalesce(sa.func.max(history.c.id), 0)).where(history.c.case_id == row.case_id)
    await connection.execute(
        sa.update(message)
        .where(message.c.id == row.id)
        .values(platform_id=platform_id, sent=row.wanted, told_history=last.scalar_subquery(), **_CLEAR)
    )
    await connection.execute(
        sa.update(cases).where(cases.c.id == row.case_id, cases.c.told_at.is_(None)).values(told_at=now)
    )


_CLEAR: dict[str, Any] = {"sending": "", "attempts": 0, "not_before": None, "problem": ""}


async def sent(connection: AsyncConnection, row: Any, told_history: int) -> None:
    """The message shows this revision, and its thread knows everything up to this line."""
    await connection.execute(
        sa.update(message).where(message.c.id == row.id).values(sent=row.wanted, told_history=told_history, **_CLEAR)
    )


async def postpone(connection: AsyncConnection, row: Any, until: datetime, problem: str, *, keep_sending: bool) -> None:
    """Try this message again at ``until``. ``keep_sending``: it may be there already; look before repeating it."""
    values: dict[str, Any] = {"not_before": until, "problem": problem, "attempts": message.c.attempts + 1}
    if not keep_sending:
        values["sending"] = ""
    await connection.execute(sa.update(message).where(message.c.id == row.id).values(**values))
