"""A drain's view of the outbox: what waits in one channel, what was sent, when to come back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import NEXT_DRAIN
from bot.store.tables import cases, channel, message

# Written once: putting a statement together costs more than running it.
_WAITING = sa.and_(
    message.c.chat == sa.bindparam("of_chat"),
    message.c.channel == sa.bindparam("of_channel"),
    message.c.sent < message.c.wanted,
)
_MAY_BE_SENT = sa.or_(message.c.not_before.is_(None), message.c.not_before <= sa.bindparam("now"))
_NEXT = sa.select(message.c.id).where(_WAITING, _MAY_BE_SENT).order_by(message.c.priority, message.c.wanted_at).limit(1)
_DUE = sa.select(sa.func.min(message.c.not_before, type_=message.c.not_before.type)).where(_WAITING)
_ANY = sa.select(message.c.id).where(_WAITING, _MAY_BE_SENT).limit(1)
_OF_CHANNEL = sa.and_(channel.c.chat == sa.bindparam("of_chat"), channel.c.name == sa.bindparam("of_channel"))
_LOOK = sa.select(
    channel.c.drain,
    channel.c.not_before,
    channel.c.storm,
    _NEXT.scalar_subquery().label("next"),
    _DUE.scalar_subquery().label("due"),
).where(_OF_CHANNEL)
_MESSAGE = sa.select(message).where(message.c.id == sa.bindparam("of_message"))
# SQLite has one writer anyway and leaves the words out
_DRAIN_LOCKED = sa.select(channel.c.drain).where(_OF_CHANNEL).with_for_update()
_SLEEP = sa.update(channel).where(_OF_CHANNEL).values(awake=False, drain="")
_PASS_ON = (
    sa.update(channel)
    .where(_OF_CHANNEL, channel.c.drain == sa.bindparam("of_drain"))
    .values(awake=True, turn=channel.c.turn + 1, drain=NEXT_DRAIN)
    .returning(channel.c.drain)
)


def _of(chat: str, name: str) -> dict[str, Any]:
    return {"of_chat": chat, "of_channel": name}


class NotOurs(Exception):
    """The channel belongs to another drain by now; nothing was changed."""


async def look(connection: AsyncConnection, chat: str, name: str, drain: str, now: datetime) -> Any:
    """The channel as it is: ``not_before`` (until when nothing is sent there), ``storm``, the number of the ``next``
    message that may be sent now, and when the next postponed one is ``due``; each None where there is none.

    Asked often, hence one question. Raises NotOurs."""
    row = (await connection.execute(_LOOK, _of(chat, name) | {"now": now})).one_or_none()
    if row is None or row.drain != drain:
        raise NotOurs
    return row


async def message_of(connection: AsyncConnection, number: int) -> Any:
    """The whole row of a message."""
    return (await connection.execute(_MESSAGE, {"of_message": number})).one()


async def fall_asleep(connection: AsyncConnection, chat: str, name: str, drain: str, now: datetime) -> bool:
    """Mark the channel asleep unless something may be sent. Whoever wants a message locks the same row: none is missed.

    What was postponed does not keep it awake, or a new message would find it neither asleep nor at work: the clock's
    sweep wakes it."""
    if (await connection.execute(_DRAIN_LOCKED, _of(chat, name))).scalar() != drain:
        return True
    if (await connection.execute(_ANY, _of(chat, name) | {"now": now})).scalar() is not None:
        return False
    await connection.execute(_SLEEP, _of(chat, name))
    return True


async def pass_on(connection: AsyncConnection, chat: str, name: str, drain: str) -> str:
    """Give the channel to a successor; its key, or "" when the channel was not ``drain``'s to give."""
    return (await connection.execute(_PASS_ON, _of(chat, name) | {"of_drain": drain})).scalar() or ""


_UNCHANGED = sa.and_(
    message.c.id == sa.bindparam("of_message"),
    message.c.sending == sa.bindparam("was_sending"),
    message.c.sent == sa.bindparam("was_sent"),
    sa.select(channel.c.name).where(_OF_CHANNEL, channel.c.drain == sa.bindparam("of_drain")).exists(),
)
_ABOUT_TO_POST = (
    sa.update(message)
    .where(_UNCHANGED)
    .values(sending=sa.bindparam("what"), told_history=sa.bindparam("told", type_=sa.Integer))
)
_ABOUT_TO_SAY = sa.update(message).where(_UNCHANGED).values(sending=sa.bindparam("what"))


async def about_to_send(
    connection: AsyncConnection, row: Any, what: str, drain: str, *, told_history: int | None = None
) -> None:
    """Say, durably, what is about to be on the wire: the root message, which shows the case's story up to line
    ``told_history``, or a line of its thread.

    Raises NotOurs when the channel has another drain by now, or when this drain, run again after a crash, has a twin
    that was faster."""
    values = _of(row.chat, row.channel) | {"of_message": row.id, "of_drain": drain, "what": what}
    values |= {"was_sending": row.sending, "was_sent": row.sent}
    said = (
        await connection.execute(_ABOUT_TO_SAY, values)
        if told_history is None
        else await connection.execute(_ABOUT_TO_POST, values | {"told": told_history})
    )
    if not said.rowcount:
        raise NotOurs


_CLEAR: dict[str, Any] = {"sending": "", "attempts": 0, "not_before": None, "problem": ""}
_OF_MESSAGE = sa.update(message).where(message.c.id == sa.bindparam("of_message"))
_POSTED = _OF_MESSAGE.values(
    platform_id=sa.bindparam("shown_as"), sent=sa.bindparam("now_sent", type_=sa.Integer), **_CLEAR
)
_SENT = _OF_MESSAGE.values(
    sent=sa.bindparam("now_sent", type_=sa.Integer), told_history=sa.bindparam("told", type_=sa.Integer), **_CLEAR
)
_TOLD = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("of_case"), cases.c.told_at.is_(None))
    .values(told_at=sa.bindparam("now"))
)


async def posted(connection: AsyncConnection, row: Any, platform_id: str, now: datetime, *, found: bool) -> None:
    """The root message is there. One that was ``found`` again shows an unknown revision, so it is brought up to date.

    What happened since it was made is said in its thread, even if this process died in between.
    """
    # The case before its message, as everybody locks them: the other way round two would wait for each other.
    await connection.execute(_TOLD, {"of_case": row.case_id, "now": now})
    shown = {"of_message": row.id, "shown_as": platform_id, "now_sent": 0 if found else row.wanted}
    await connection.execute(_POSTED, shown)


async def sent(connection: AsyncConnection, row: Any, told_history: int) -> None:
    """The message shows this revision, and its thread knows everything up to this line."""
    await connection.execute(_SENT, {"of_message": row.id, "now_sent": row.wanted, "told": told_history})


async def put_off(connection: AsyncConnection, row: Any, until: datetime) -> None:
    """The chat's pace has no room for this message before ``until``; it was not tried.

    One that changed meanwhile is looked at again first: it may be immediate by now."""
    same = sa.and_(message.c.id == row.id, message.c.wanted == row.wanted)
    await connection.execute(sa.update(message).where(same).values(not_before=until))


async def postpone(
    connection: AsyncConnection, row: Any, until: datetime | None, problem: str, *, keep_sending: bool
) -> None:
    """Try this message again at ``until``, None for at once.

    ``keep_sending``: it may be there already; look before repeating it."""
    values: dict[str, Any] = {"not_before": until, "problem": problem, "attempts": message.c.attempts + 1}
    if not keep_sending:
        values["sending"] = ""
    await connection.execute(sa.update(message).where(message.c.id == row.id).values(**values))


_PAUSE = sa.update(channel).where(_OF_CHANNEL).values(not_before=sa.bindparam("until", type_=channel.c.not_before.type))


async def pause(connection: AsyncConnection, row: Any, until: datetime, problem: str) -> None:
    """The platform takes nothing now: the channel waits, so that the most urgent message goes first afterwards."""
    await postpone(connection, row, None, problem, keep_sending=False)
    await connection.execute(_PAUSE, _of(row.chat, row.channel) | {"until": until})
