"""The outbox is the message row itself: the revision that should be there, the revision that is there.

Whoever raises a wanted revision wakes the channel's drain in the same transaction; one that is awake needs no waking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import channel, message
from bot.store.upsert import insert as upsert

DRAIN = "deliver.drain"
DIRECT = "@"  # begins the channel of what is told to one person: @ana


class Enqueues(Protocol):
    """The engine, as far as the outbox knows it."""

    async def enqueue_all(
        self, connection: AsyncConnection, wanted: Sequence[tuple[str, Sequence[Any], str]]
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A case whose message in one channel should show a newer revision."""

    case_id: int
    chat: str
    channel: str
    rank: int
    # Not before then, if all else of it is told: only its numbers moved. None: at once.
    gathers_until: datetime | None = None
    again: bool = False  # the case came back: who was told directly is told anew

    @property
    def direct(self) -> bool:
        """Told to one person, once each time it comes: later revisions are the channel's business."""
        return self.channel.startswith(DIRECT)


_RAISE = (
    sa.update(message)
    .where(message.c.case_id == sa.bindparam("of_case"), message.c.direct.is_(False))
    .values(wanted=message.c.wanted + 1, priority=sa.bindparam("rank"), not_before=None)
)
# What only counts more waits for more of it, where the card is there and up to date; it hastens nothing that waits.
_RAISE_GATHERING = _RAISE.values(
    not_before=sa.case(
        (message.c.platform_id == "", sa.null()),
        (message.c.sent >= message.c.wanted, sa.bindparam("until", type_=message.c.not_before.type)),
        else_=message.c.not_before,
    )
)
# A direct message that was told is told anew, as another one; one that still waits will tell how it stands by then.
_AGAIN = (
    sa.update(message)
    .where(
        message.c.case_id == sa.bindparam("of_case"),
        message.c.chat == sa.bindparam("on"),
        message.c.channel == sa.bindparam("to"),
        message.c.direct,
        message.c.sent >= message.c.wanted,
    )
    .values(
        wanted=message.c.wanted + 1,
        wanted_at=sa.bindparam("now", type_=message.c.wanted_at.type),
        priority=sa.bindparam("rank"),
        again=message.c.again + 1,
        platform_id="",
        not_before=None,
    )
)
_RAISE_ALONE = _RAISE.values(alone=True)


async def want(connection: AsyncConnection, engine: Enqueues, wanted: Sequence[Wanted], now: datetime) -> None:
    """Raise every message of these cases, begin the missing ones, and wake their channels."""
    if not wanted:
        return
    # In one order for all writers, so that two of them never wait for each other.
    wanted = sorted(wanted, key=lambda each: each.case_id)
    at_once = [{"of_case": w.case_id, "rank": w.rank} for w in wanted if w.gathers_until is None]
    gathering = [
        {"of_case": w.case_id, "rank": w.rank, "until": w.gathers_until} for w in wanted if w.gathers_until is not None
    ]
    for statement, raised in ((_RAISE, at_once), (_RAISE_GATHERING, gathering)):
        if raised:
            await connection.execute(statement, raised)
    rows = [
        {
            "case_id": each.case_id,
            "chat": each.chat,
            "channel": each.channel,
            "direct": each.direct,
            "priority": each.rank,
            "wanted": 1,
            "wanted_at": now,
        }
        for each in wanted
    ]
    await connection.execute(upsert(connection, message).on_conflict_do_nothing(), rows)
    back = [
        {"of_case": w.case_id, "on": w.chat, "to": w.channel, "rank": w.rank, "now": now} for w in wanted if w.again
    ]
    if back:
        await connection.execute(_AGAIN, back)
    await wake_channels_of(connection, engine, [each.case_id for each in wanted])


async def raise_case(
    connection: AsyncConnection, engine: Enqueues, case_id: int, rank: int, *, alone: bool = False
) -> None:
    """The case changed: every message of it that exists should show it.

    ``alone``: by a person's act, or because its time has come; it gets a message of its own also during a storm."""
    await connection.execute(_RAISE_ALONE if alone else _RAISE, [{"of_case": case_id, "rank": rank}])
    await wake_channels_of(connection, engine, [case_id])


async def want_digest(
    connection: AsyncConnection, engine: Enqueues, digest_id: int, chat: str, name: str, now: datetime
) -> None:
    """Begin the message of a digest, right behind what is immediate, and wake its channel."""
    row = {"digest_id": digest_id, "chat": chat, "channel": name, "priority": 1, "wanted": 1, "wanted_at": now}
    await connection.execute(sa.insert(message).values(**row))
    await wake(connection, engine, [(chat, name)])


async def wake_channels_of(connection: AsyncConnection, engine: Enqueues, case_ids: Sequence[int]) -> None:
    """Wake the channels in which a message of these cases waits and may go at once.

    What waits for its time (for more numbers, for the platform) is for the drain that is awake then, else the sweep's.
    """
    channels = await connection.execute(_CHANNELS, {"ids": list(case_ids)})
    await wake(connection, engine, [(chat, name) for chat, name in channels])


_CHANNELS = (
    sa.select(message.c.chat, message.c.channel)
    .where(
        message.c.case_id.in_(sa.bindparam("ids", expanding=True)),
        message.c.sent < message.c.wanted,
        message.c.not_before.is_(None),
    )
    .distinct()
)


# Counted, not stamped with the time: a clock that is set back must not give a drain the name of an ended one.
NEXT_DRAIN = (
    sa.literal("drain:", sa.String)
    + channel.c.chat
    + ":"
    + channel.c.name
    + ":"
    + sa.cast(channel.c.turn + 1, sa.String(12))
)


async def wake(connection: AsyncConnection, engine: Enqueues, channels: Sequence[tuple[str, str]]) -> None:
    """Start a drain for each of these channels that has none."""
    if not channels:
        return
    rows: list[dict[str, Any]] = [
        {"chat": chat, "name": name, "awake": True, "turn": 1, "drain": f"drain:{chat}:{name}:1"}
        for chat, name in sorted(channels)
    ]
    statement = (
        upsert(connection, channel)
        .on_conflict_do_update(
            index_elements=["chat", "name"],
            set_={"awake": True, "turn": channel.c.turn + 1, "drain": NEXT_DRAIN},
            where=channel.c.awake.is_(False),
        )
        .returning(channel.c.chat, channel.c.name, channel.c.drain)
    )
    woken = (await connection.execute(statement, rows)).all()
    await engine.enqueue_all(connection, [(DRAIN, [chat, name, drain], drain) for chat, name, drain in woken])
