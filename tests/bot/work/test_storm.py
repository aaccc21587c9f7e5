"""A storm is one digest with true counts; what is immediate comes singly, first; nothing is lost, whatever crashes."""

from __future__ import annotations

import re

import pytest

from bot.store import outbox
from bot.store import tables as t
from bot.store.outbox import raise_case
from connectors.contract.failure import NeedsHuman, Retriable
from connectors.contract.finding import Finding, Kind, Severity, Status
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import finding
from tests.bot.work.board import Posted
from tests.bot.work.conftest import Post

MANY = 40


class Killed(BaseException):
    """The process died right there."""


async def storm(post: Post, count: int = MANY, first: int = 0) -> None:
    """So many new cases of one team at once, none of them immediate."""
    await post.console.report(*(finding("pay-1", f"CVE-2020-{1000 + n}") for n in range(first, first + count)))


def intrusion(name: str = "intrusion") -> Finding:
    return finding("pay-1", name, kind=Kind.DETECTION, severity=Severity.CRITICAL, vuln_ids=(), title=f"An {name}")


def digests(post: Post) -> list[Posted]:
    return [message for message in post.board.messages if message.key.case.startswith("digest-")]


def counted(message: Posted) -> int:
    """The number in the digest's first line, which its rows must add up to."""
    text = message.texts[-1]
    found = re.search(r"([\d,]+) new case", text)
    assert found is not None, text
    rows = [int(number.replace(",", "")) for number in re.findall(r"^  - [^:]+: ([\d,]+) \(", text, re.MULTILINE)]
    assert sum(rows) == int(found[1].replace(",", ""))
    return sum(rows)


async def quiet(post: Post) -> None:
    """Nothing new comes for long enough."""
    post.clock.advance(minutes=6)
    await post.storms.end_quiet()
    await post.drain()


async def wake(post: Post) -> None:
    """Channels are woken, as the clock's sweep wakes those whose postponed messages are due."""
    wiring = post.console.wiring
    async with wiring.store.write() as connection:
        await outbox.wake(connection, wiring.engine, [(row.chat, row.name) for row in await post.channels()])
    await post.drain()


async def test_many_at_once_are_one_digest_with_true_counts(post: Post) -> None:
    await storm(post)
    await post.drain()

    (message,) = post.board.messages
    assert counted(message) == MANY
    assert f"Storm: {MANY} new cases since 2026-03-02 09:00 UTC" in message.texts[-1]
    assert f"Payments: {MANY} ({MANY} " in message.texts[-1]
    assert not any(row.awake for row in await post.channels())


async def test_as_many_as_people_can_read_come_singly(post: Post) -> None:
    await storm(post, 10)
    await post.drain()

    assert len(post.board.messages) == 10
    assert digests(post) == []


async def test_what_is_immediate_comes_singly_and_first(post: Post) -> None:
    await storm(post)
    await post.console.report(intrusion())
    await post.drain()

    first, second = post.board.messages
    assert "An intrusion" in first.texts[0]
    assert counted(second) == MANY


async def test_the_digest_is_edited_in_place_while_the_storm_lasts(post: Post) -> None:
    await storm(post)
    await post.drain()
    for more in range(1, 4):
        post.clock.advance(seconds=20)
        await storm(post, 5, first=more * 1000)
        await post.drain()

    (message,) = post.board.messages
    assert len(message.texts) == 4
    assert counted(message) == MANY + 15
    assert message.thread == []


async def test_edits_of_the_digest_keep_a_distance_and_the_last_one_counts(post: Post) -> None:
    await storm(post)
    await post.drain()
    for more in range(1, 6):
        await storm(post, 5, first=more * 1000)
        await post.drain()
    assert len(post.board.messages[0].texts) == 1

    post.clock.advance(seconds=10)
    await storm(post, 1, first=9000)
    await post.drain()
    assert len(post.board.messages[0].texts) == 2
    assert counted(post.board.messages[0]) == MANY + 26


async def test_after_a_quiet_time_the_digest_says_that_it_is_over(post: Post) -> None:
    await storm(post)
    await post.drain()
    await quiet(post)

    (message,) = post.board.messages
    assert f"The storm is over: {MANY} new cases from 2026-03-02 09:00 UTC to 2026-03-02 09:00 UTC" in message.texts[-1]
    post.clock.advance(minutes=6)
    await post.storms.end_quiet()
    await storm(post, 1, first=5000)
    await post.drain()
    assert len(post.board.messages) == 2  # told by itself: the storm is over


async def test_a_storm_goes_on_while_new_cases_come(post: Post) -> None:
    await storm(post)
    await post.drain()
    post.clock.advance(minutes=4)
    await storm(post, 1, first=5000)
    await post.drain()
    post.clock.advance(minutes=4)
    await post.storms.end_quiet()
    await post.drain()

    (message,) = post.board.messages
    assert message.texts[-1].startswith("Storm")
    assert counted(message) == MANY + 1


async def test_the_next_storm_is_another_digest(post: Post) -> None:
    await storm(post)
    await post.drain()
    await quiet(post)
    await storm(post, 20, first=2000)
    await post.drain()

    first, second = post.board.messages
    assert (counted(first), counted(second)) == (MANY, 20)


async def test_a_case_somebody_acts_on_gets_a_message_of_its_own_at_once(post: Post) -> None:
    await storm(post)
    await post.drain()
    assert "Done" in await said(post.console, "ana", "ack S-7")
    await post.drain()

    digest, single = post.board.messages
    assert "S-7" in single.texts[0]
    assert "acknowledged" in single.texts[0]
    await quiet(post)
    assert counted(digest) == MANY
    assert "1 of them have a message of their own" in digest.texts[-1]


async def test_to_look_at_a_case_posts_nothing_in_the_channel(post: Post) -> None:
    await storm(post)
    await post.drain()
    assert "S-7" in await said(post.console, "ana", "show S-7")
    await post.drain()

    assert len(post.board.messages) == 1


async def test_a_change_during_the_storm_is_counted_and_one_afterwards_is_told(post: Post) -> None:
    await storm(post)
    await post.drain()
    await post.console.report(finding("pay-2", "CVE-2020-1003"))
    post.clock.advance(seconds=20)
    await post.drain()
    assert len(post.board.messages) == 1
    assert counted(post.board.messages[0]) == MANY

    await quiet(post)
    await post.console.report(finding("pay-3", "CVE-2020-1003"))
    await post.drain()
    _, single = post.board.messages
    assert "pay-3" in single.texts[0]
    assert "CVE-2020-1003" in single.texts[0]


async def test_a_case_that_becomes_immediate_in_the_storm_comes_singly(post: Post) -> None:
    await storm(post)
    await post.drain()
    wiring = post.console.wiring
    async with wiring.store.write() as connection:
        await connection.execute(t.cases.update().where(t.cases.c.id == 7).values(priority=0))
        await raise_case(connection, wiring.engine, 7, 0)
    await post.drain()

    assert "S-7" in post.board.messages[1].texts[0]


async def test_a_case_that_is_over_before_anybody_acted_stays_without(post: Post) -> None:
    await storm(post)
    await post.drain()
    await quiet(post)
    await post.console.report(finding("pay-1", "CVE-2020-1003", status=Status.RESOLVED))
    await post.drain()

    assert len(post.board.messages) == 1
    (closed,) = [row for row in await post.console.rows(t.cases) if row.state == "fixed"]
    (row,) = [row for row in await post.console.rows(t.message) if row.case_id == closed.id]
    assert row.sent == row.wanted


async def test_the_cases_of_a_storm_count_as_told(post: Post) -> None:
    await storm(post)
    assert {row.told_at for row in await post.console.rows(t.cases)} == {None}
    await post.drain()

    assert {row.told_at for row in await post.console.rows(t.cases)} == {post.clock()}


@pytest.mark.parametrize("step", range(1, 7))
async def test_counts_are_exact_and_nothing_is_doubled_wherever_the_process_dies(post: Post, step: int) -> None:
    await storm(post)
    await post.console.report(intrusion())
    left = [step]

    async def dies(seconds: float) -> None:
        left[0] -= 1
        if not left[0]:
            raise Killed
        await post.sleep(seconds)

    for more in (2000, 3000):
        try:
            await post.drain(post.deliver(1.0, sleep=dies))
        except Killed:
            await post.drain(post.deliver(1.0))
        post.clock.advance(seconds=20)
        await storm(post, 5, first=more)
    await post.drain()
    await quiet(post)

    single, digest = post.board.messages
    assert "An intrusion" in single.texts[0]
    assert counted(digest) == MANY + 10


async def test_a_digest_whose_answer_was_lost_is_found_and_not_repeated(post: Post) -> None:
    await storm(post)
    post.board.lose = 1
    await post.drain()

    (message,) = post.board.messages
    assert counted(message) == MANY


async def test_in_a_one_way_chat_a_storm_that_goes_on_is_told_again_and_not_too_often(post: Post) -> None:
    post.board.edits = False
    await storm(post)
    await post.drain()
    for more in range(1, 10):  # every two minutes: eighteen in all
        post.clock.advance(minutes=2)
        await storm(post, 5, first=more * 1000)
        await wake(post)

    first, second = post.board.messages
    assert counted(first) == MANY
    assert counted(second) == MANY + 25
    assert "another message like this tells of them, every 10 minutes at most" in first.texts[0]
    assert "As of 2026-03-02 09:10 UTC" in second.texts[0]
    assert [len(each.texts) for each in (first, second)] == [1, 1]  # nothing was edited


async def test_in_a_one_way_chat_nothing_new_is_told_once(post: Post) -> None:
    post.board.edits = False
    await storm(post)
    await post.drain()
    post.clock.advance(minutes=4)
    await post.console.report(finding("pay-2", "CVE-2020-1003"))  # one of them hits another asset too
    post.clock.advance(minutes=8)
    await wake(post)

    assert len(post.board.messages) == 1
    (row,) = [row for row in await post.console.rows(t.message) if row.digest_id is not None]
    assert row.sent == row.wanted


async def test_in_a_one_way_chat_the_end_is_a_message_of_its_own_in_its_time(post: Post) -> None:
    post.board.edits = False
    await storm(post)
    await post.drain()
    await storm(post, 5, first=2000)
    await post.drain()
    await quiet(post)
    assert len(post.board.messages) == 1  # six minutes after the first

    post.clock.advance(minutes=4)
    await wake(post)
    first, last = post.board.messages
    assert counted(first) == MANY
    assert "The storm is over" in last.texts[0]
    assert counted(last) == MANY + 5


async def test_in_a_one_way_chat_the_next_storm_keeps_its_distance_and_criticals_none(post: Post) -> None:
    post.board.edits = False
    await storm(post)
    await post.drain()
    await quiet(post)
    post.clock.advance(minutes=4)
    await wake(post)
    await storm(post, 20, first=2000)
    await post.console.report(intrusion())
    await post.drain()
    assert len(post.board.messages) == 3
    assert "An intrusion" in post.board.messages[-1].texts[0]

    post.clock.advance(minutes=10)
    await wake(post)
    assert counted(post.board.messages[-1]) == 20


async def test_an_edit_the_platform_refuses_does_not_hold_up_what_is_immediate(post: Post) -> None:
    await storm(post)
    await post.drain()
    post.clock.advance(seconds=20)
    await storm(post, 5, first=2000)
    post.board.refuse = [Retriable("too many edits", after=50)]
    await post.drain()
    before = post.clock()
    await post.console.report(intrusion())
    await post.drain()

    assert "An intrusion" in post.board.messages[-1].texts[0]
    assert (post.clock() - before).total_seconds() < 5


async def test_what_waits_for_a_person_does_not_hold_up_what_comes_later(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    post.board.refuse = [NeedsHuman("the app is not in that channel")]
    await post.drain()
    assert not any(row.awake for row in await post.channels())
    await post.console.report(intrusion())
    await post.drain()

    assert "An intrusion" in post.board.messages[0].texts[0]
