"""The workspace's room is kept: what is immediate always finds some, a storm's digest leaves the most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.response.viewing import Seen, Viewing
from bot.store.tables import message
from bot.work.pace import FOR_A_CASE, FOR_A_DIGEST, FOR_IMMEDIATE, CallKind, Pace, Rate
from connectors.contract.finding import Kind, Severity
from tests.bot.web.console_browser import finding
from tests.bot.work.conftest import Post

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POST, EDIT = CallKind.POST, CallKind.EDIT


def pace(posts: int = 10, edits: int = 10) -> Pace:
    return Pace({"slack": Rate(1.0, {POST: posts, EDIT: edits})})


def taken(kept: Pace, kind: CallKind, share: float, now: datetime = NOW) -> int:
    """How many calls there is room for."""
    count = 0
    while not kept.take("slack", [kind], share, now):
        count += 1
    return count


def test_a_clock_that_is_set_back_silences_nobody_for_as_long() -> None:
    kept = pace()
    assert taken(kept, POST, FOR_IMMEDIATE) == 10
    assert taken(kept, POST, FOR_IMMEDIATE, NOW - timedelta(hours=1)) == 10


def test_each_kind_of_message_has_its_share() -> None:
    kept = pace()
    assert taken(kept, EDIT, FOR_A_DIGEST) == 5
    assert taken(kept, EDIT, FOR_A_CASE) == 3
    assert taken(kept, EDIT, FOR_IMMEDIATE) == 2
    assert taken(kept, POST, FOR_A_CASE) == 8  # counted apart


def test_the_wait_is_until_there_may_be_room() -> None:
    kept = pace()
    taken(kept, POST, FOR_IMMEDIATE)
    later = NOW + timedelta(seconds=45)
    assert kept.take("slack", [POST], FOR_IMMEDIATE, later) == 15.0
    assert kept.take("slack", [POST], FOR_IMMEDIATE, NOW + timedelta(seconds=60)) == 0.0


def test_what_needs_two_calls_takes_both_or_none() -> None:
    kept = pace(posts=1)
    taken(kept, POST, FOR_IMMEDIATE)
    assert kept.take("slack", [EDIT, POST], FOR_IMMEDIATE, NOW) > 0
    assert taken(kept, EDIT, FOR_IMMEDIATE) == 10


def test_a_chat_without_limits_has_room() -> None:
    assert Pace({}).take("console", [POST], FOR_A_CASE, NOW) == 0.0
    assert Pace({"slack": Rate(0.0)}).take("slack", [EDIT], FOR_A_CASE, NOW) == 0.0


async def test_what_has_no_room_is_put_off_and_what_is_immediate_is_not(post: Post) -> None:
    slow = post.deliver(Rate(0.0, {POST: 5}))
    await post.console.report(*(finding("pay-1", f"CVE-2020-100{n}") for n in range(6)))
    await post.drain(slow)
    assert len(post.board.messages) == 4
    assert not any(row.awake for row in await post.channels())

    urgent = finding(
        "pay-1", "intrusion", kind=Kind.DETECTION, severity=Severity.CRITICAL, vuln_ids=(), title="An intrusion"
    )
    await post.console.report(urgent)
    await post.drain(slow)
    assert "An intrusion" in post.board.messages[-1].texts[0]

    post.clock.advance(minutes=2)
    await post.console.report(finding("pay-1", "CVE-2020-3000"))
    await post.drain(slow)
    post.clock.advance(minutes=2)
    await post.happens("Time passes.")
    await post.drain(slow)
    assert len({message.key for message in post.board.messages}) == len(post.board.messages) == 8


async def test_what_there_is_no_room_for_is_not_looked_up(post: Post) -> None:
    looked_up: list[int] = []
    viewing = Viewing(post.console.wiring)

    async def see(connection: AsyncConnection, case_id: int) -> Seen | None:
        looked_up.append(case_id)
        return await viewing.see(connection, case_id)

    slow = post.deliver(Rate(0.0, {POST: 5}), see=see)
    await post.console.report(*(finding("pay-1", f"CVE-2020-100{n}") for n in range(6)))
    await post.drain(slow)

    assert len(post.board.messages) == len(looked_up) == 4
    async with post.console.wiring.store.read() as connection:
        waiting = (await connection.execute(sa.select(message).where(message.c.sent < message.c.wanted))).all()
    assert [row.not_before for row in waiting] == [post.clock() + timedelta(minutes=1)] * 2
