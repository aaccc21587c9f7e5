"""A drain's view of the outbox: what waits in one channel, what was sent, when to come back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import cases, channel, message


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


class NotOurs(Exception):
    """The channel belongs to another drain by now; nothing was changed."""


async def belongs_to(connection: AsyncConnection, chat: str, name: str, drain: str, *, lock: bool = False) -> bool:
    """Whether ``drain`` is the channel's present one. ``lock`` keeps that so until the transaction ends."""
    query = sa.select(channel.c.drain).where(channel.c.chat == chat, channel.c.name == name)
    if lock:
        query = query.with_for_update()
    return (await connection.execute(query)).scalar() == drain


async def fall_asleep(connection: AsyncConnection, chat: str, name: str, drain: str) -> bool:
    """Mark the channel asleep unless something waits. Whoever wants a message locks the same row, so none is missed."""
    if not await belongs_to(connection, chat, name, drain, lock=True):
        return True
    if (await connection.execute(sa.select(message.c.id).where(_waiting(chat, name)).limit(1))).scalar() is not None:
        return False
    await connection.execute(
        sa.update(channel).where(channel.c.chat == chat, channel.c.name == name).values(awake=False, drain="")
    )
    return True


async def pass_on(connection: AsyncConnection, chat: str, name: str, drain: str, successor: str) -> bool:
    """Make ``successor`` the channel's drain; false when it was not ``drain``'s to give."""
    ours = sa.and_(channel.c.chat == chat, channel.c.name == name, channel.c.drain == drain)
    passed = await connection.execute(sa.update(channel).where(ours).values(awake=True, drain=successor))
    return bool(passed.rowcount)


async def about_to_send(
    connection: AsyncConnection, row: Any, what: str, drain: str, *, told_history: int | None = None
) -> None:
    """Say, durably, what is about to be on the wire: the root message, which shows the case's story up to line
    ``told_history``, or a line of its thread.

    Raises NotOurs when the channel has another drain by now, or when this drain, run again after a crash, has a twin
    that was faster."""
    values: dict[str, Any] = {"sending": what}
    if told_history is not None:
        values["told_history"] = told_history
    ours = sa.select(channel.c.name).where(
        channel.c.chat == row.chat, channel.c.name == row.channel, channel.c.drain == drain
    )
    unchanged = sa.and_(message.c.id == row.id, message.c.sending == row.sending, message.c.sent == row.sent)
    said = await connection.execute(sa.update(message).where(unchanged, ours.exists()).values(**values))
    if not said.rowcount:
        raise NotOurs


async def posted(connection: AsyncConnection, row: Any, platform_id: str, now: datetime, *, found: bool) -> None:
    """The root message is there. One that was ``found`` again shows an unknown revision, so it is brought up to date.

    What happened since it was made is said in its thread, even if this process died in between.
    """
    await connection.execute(
        sa.update(message)
        .where(message.c.id == row.id)
        .values(platform_id=platform_id, sent=0 if found else row.wanted, **_CLEAR)
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
