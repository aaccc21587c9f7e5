"""A storm in one channel: which of its new cases one digest tells instead of a message each, and how many they are."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState
from bot.model.digest import StormDigest
from bot.model.person import People
from bot.model.priority_tables import Priority
from bot.store.drain import NotOurs
from bot.store.outbox import Enqueues, wake, want_digest
from bot.store.tables import cases, channel, digest, message

_AT_ONCE = 1_000  # cases a transaction

# Nothing of it is in the chat, nothing of it is on the wire, and it may wait: it is told with the others.
_TOGETHER = sa.and_(
    message.c.chat == sa.bindparam("of_chat"),
    message.c.channel == sa.bindparam("of_channel"),
    message.c.sent < message.c.wanted,
    message.c.digest_id.is_(None),
    message.c.platform_id == "",
    message.c.sending == "",
    message.c.priority > Priority.IMMEDIATE.rank,
    message.c.alone.is_(False),
    message.c.direct.is_(False),
)
_RUSH = sa.select(sa.func.count()).where(
    _TOGETHER, message.c.storm.is_(None), message.c.wanted_at > sa.bindparam("since", type_=message.c.wanted_at.type)
)
# In one order for all writers. Who is being changed right now is told of in the next round.
_FOLDED = (
    sa.select(message.c.id, message.c.storm)
    .where(_TOGETHER)
    .order_by(message.c.case_id)
    .limit(_AT_ONCE)
    .with_for_update(skip_locked=True)
)


async def rush(connection: AsyncConnection, chat: str, name: str, since: datetime) -> int:
    """How many new cases that came after ``since`` wait for this channel and could be told together."""
    asked = {"of_chat": chat, "of_channel": name, "since": since}
    return (await connection.execute(_RUSH, asked)).scalar() or 0


async def begin_storm(
    connection: AsyncConnection, engine: Enqueues, chat: str, name: str, drain: str, now: datetime, apart: timedelta
) -> int:
    """A storm begins: its digest, its message, and the first cases in it. Raises NotOurs when ``drain`` is too late.

    ``apart``: how long its digest waits at least after the one before it in the channel; zero where it is edited."""
    turn = sa.select(channel.c.turn).where(channel.c.chat == chat, channel.c.name == name)
    number = (await connection.execute(turn)).scalar()
    values = {"key": f"storm:{chat}:{name}:{number}:{now.isoformat()}", "team": "", "at": now, "last_at": now}
    storm: int = (await connection.execute(sa.insert(digest).values(**values).returning(digest.c.id))).scalar_one()
    await fold(connection, storm, chat, name, now)
    ours = sa.and_(channel.c.chat == chat, channel.c.name == name, channel.c.drain == drain, channel.c.storm.is_(None))
    if not (await connection.execute(sa.update(channel).where(ours).values(storm=storm))).rowcount:
        raise NotOurs
    await want_digest(connection, engine, storm, chat, name, now)
    before = await _last_told(connection, chat, name) if apart else None
    if before is not None and before + apart > now:
        own = sa.update(message).where(message.c.digest_id == storm)
        await connection.execute(own.values(not_before=before + apart))
    return storm


async def _last_told(connection: AsyncConnection, chat: str, name: str) -> datetime | None:
    """When a storm's digest last came into this channel."""
    query = sa.select(sa.func.max(digest.c.told_at, type_=digest.c.told_at.type))
    query = query.join(message, message.c.digest_id == digest.c.id)
    last: datetime | None = (
        await connection.execute(query.where(message.c.chat == chat, message.c.channel == name))
    ).scalar()
    return last


async def fold(connection: AsyncConnection, storm: int, chat: str, name: str, now: datetime) -> int:
    """What waits in the channel and is not immediate is told by the storm's digest; returns how many cases that were.

    A case that an earlier storm told, and that changed, counts in this one from now on."""
    rows = (await connection.execute(_FOLDED, {"of_chat": chat, "of_channel": name})).all()
    if not rows:
        return 0
    values = {"storm": storm, "sent": message.c.wanted, "not_before": None, "problem": "", "attempts": 0}
    await connection.execute(sa.update(message).where(message.c.id.in_([row.id for row in rows])).values(**values))
    if any(row.storm != storm for row in rows):
        await connection.execute(sa.update(digest).where(digest.c.id == storm).values(last_at=now))
    await connection.execute(sa.update(message).where(message.c.digest_id == storm).values(wanted=message.c.wanted + 1))
    return len(rows)


async def let_rest(connection: AsyncConnection, row: Any) -> bool:
    """Whether a case that only a storm told is over by now: then nobody needs a message of it any more."""
    over = sa.select(cases.c.id).where(cases.c.id == row.case_id, cases.c.state == CaseState.FIXED.value).exists()
    still = sa.and_(message.c.id == row.id, message.c.platform_id == "", message.c.sending == "", over)
    resting = await connection.execute(sa.update(message).where(still).values(sent=row.wanted))
    return bool(resting.rowcount)


async def told(connection: AsyncConnection, storm: int, total: int, now: datetime, again: datetime) -> None:
    """The digest is in the chat and counts ``total``: its cases were told now; it does not change before ``again``."""
    await connection.execute(sa.update(digest).where(digest.c.id == storm).values(told_at=now, told=total))
    theirs = sa.select(message.c.case_id).where(message.c.storm == storm)
    untold = sa.select(cases.c.id).where(cases.c.id.in_(theirs), cases.c.told_at.is_(None)).order_by(cases.c.id)
    ids = (await connection.execute(untold.with_for_update(skip_locked=True))).scalars().all()
    if ids:
        await connection.execute(sa.update(cases).where(cases.c.id.in_(ids)).values(told_at=now))
    open_still = sa.select(digest.c.id).where(digest.c.id == storm, digest.c.ended_at.is_(None)).exists()
    later = sa.update(message).where(message.c.digest_id == storm, open_still)
    await connection.execute(later.values(not_before=again))


async def quiet_storms(connection: AsyncConnection, before: datetime) -> list[Any]:
    """(storm, chat, name) of the storms whose last new case came before that."""
    query = sa.select(channel.c.storm, channel.c.chat, channel.c.name).join(digest, digest.c.id == channel.c.storm)
    return list((await connection.execute(query.where(digest.c.last_at < before).order_by(digest.c.id))).all())


async def end_storm(
    connection: AsyncConnection, engine: Enqueues, row: Any, before: datetime, now: datetime, *, at_once: bool
) -> None:
    """The storm is over, unless a case has come meanwhile: its digest is to say so, ``at_once`` or in its time."""
    still = sa.and_(digest.c.id == row.storm, digest.c.last_at < before, digest.c.ended_at.is_(None))
    if not (await connection.execute(sa.update(digest).where(still).values(ended_at=now))).rowcount:
        return
    raised = sa.update(message).where(message.c.digest_id == row.storm)
    due = None if at_once else message.c.not_before
    await connection.execute(raised.values(wanted=message.c.wanted + 1, not_before=due))
    theirs = sa.and_(channel.c.chat == row.chat, channel.c.name == row.name, channel.c.storm == row.storm)
    await connection.execute(sa.update(channel).where(theirs).values(storm=None))
    await wake(connection, engine, [(row.chat, row.name)])


async def storm_digest(connection: AsyncConnection, row: Any, people: People, link: str) -> StormDigest:
    """The storm in numbers, counted from its cases as they are now; ``row`` is its digest's."""
    own = sa.func.count().filter(message.c.platform_id != "")
    query = (
        sa.select(cases.c.owner, cases.c.priority, sa.func.count(), own)
        .join(message, message.c.case_id == cases.c.id)
        .where(message.c.storm == row.id)
        .group_by(cases.c.owner, cases.c.priority)
    )
    counts: dict[str, dict[Priority, int]] = defaultdict(lambda: defaultdict(int))
    on_their_own = 0
    for owner, rank, count, alone in await connection.execute(query):
        counts[owner][Priority.of_rank(rank)] += count
        on_their_own += alone
    ordered = sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return StormDigest(
        began=row.at,
        last=row.last_at,
        ended=row.ended_at is not None,
        link=f"{link.rstrip('/')}/",
        counts=tuple((_name(people, owner), _by_priority(each)) for owner, each in ordered),
        on_their_own=on_their_own,
    )


def _name(people: People, owner: str) -> str:
    team = people.team(owner)
    return team.name if team else owner or "nobody"


def _by_priority(counts: dict[Priority, int]) -> tuple[tuple[Priority, int], ...]:
    return tuple((priority, counts[priority]) for priority in Priority if counts.get(priority))
