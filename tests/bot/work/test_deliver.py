"""What is promised of a message: one a case, edited in place, each event a line of its thread, nothing twice."""

from __future__ import annotations

import asyncio

from bot.store import tables as t
from connectors.contract.failure import NeedsHuman, Retriable
from connectors.contract.finding import Severity
from tests.bot.web.console_browser import finding
from tests.bot.work.conftest import Post
from tests.bot.work.test_schedules import schedules_of


async def test_a_case_is_posted_once_then_edited_with_a_line_for_what_happened(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    await post.happens("The first thing.")
    await post.drain()

    (message,) = post.board.messages
    assert len(message.texts) == 2
    assert [line for line in message.thread if "The first thing." in line] == message.thread
    assert len(message.thread) == 1
    assert not any(row.awake for row in await post.channels())


async def test_ten_changes_while_it_waits_are_one_edit_and_ten_lines(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    for number in range(10):
        await post.happens(f"Thing {number}.")
    await post.drain()

    (message,) = post.board.messages
    assert len(message.texts) == 2
    (line,) = message.thread
    assert all(f"Thing {number}." in line for number in range(10))


async def test_more_assets_gather_for_some_seconds_and_are_one_edit_and_one_line(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    for host in ("pay-2", "pay-3", "pay-4"):
        await post.console.report(finding(host))
        post.clock.advance(seconds=3)
        await post.drain()
    (message,) = post.board.messages
    assert len(message.texts) == 1
    assert not any(row.awake for row in await post.channels()), "nothing may be sent yet, and it is not watched either"

    post.clock.advance(seconds=2)
    await schedules_of(post).wake_stranded()
    await post.drain()
    assert len(message.texts) == 2
    assert "4" in message.texts[1]
    (line,) = message.thread
    assert all(host in line for host in ("pay-2", "pay-3", "pay-4"))


async def test_an_awake_drain_waits_for_what_gathers_itself(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    await post.console.report(finding("pay-2"))
    post.clock.advance(seconds=6)
    await post.console.report(finding("pay-9", "CVE-2021-44228"))
    post.waited.clear()
    await post.drain()

    first, second = post.board.messages
    assert (len(first.texts), len(second.texts)) == (2, 1)
    assert 3 < sum(post.waited) < 6


async def test_what_concerns_a_person_takes_along_what_gathers(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    await post.console.report(finding("pay-2"))
    await post.happens("Ana took it.")
    post.waited.clear()
    await post.drain()

    (message,) = post.board.messages
    assert len(message.texts) == 2
    assert "pay-2" in message.thread[0]
    assert sum(post.waited) < 1


async def test_what_makes_a_case_worse_does_not_gather(post: Post) -> None:
    await post.console.report(finding("pay-1", severity=Severity.HIGH))
    await post.drain()
    await post.console.report(finding("pay-2", severity=Severity.CRITICAL))
    post.waited.clear()
    await post.drain()

    (message,) = post.board.messages
    assert len(message.texts) == 2
    assert sum(post.waited) < 1


async def test_a_line_written_while_the_message_is_edited_is_not_lost(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()

    async def something_ends() -> None:
        post.board.while_editing = _nothing
        await post.happens("The fix ended.")

    post.board.while_editing = something_ends
    await post.happens("The fix began.")
    await post.drain()

    (message,) = post.board.messages
    began, ended = message.thread
    assert "The fix began." in began
    assert "The fix ended." in ended


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    post.board.lose = 1
    await post.drain()

    (message,) = post.board.messages
    assert not message.repeat
    (row,) = await post.console.rows(t.message)
    assert (row.platform_id, row.sent) == ("1", row.wanted)


async def test_a_post_that_never_arrived_is_posted_again_unmarked(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    post.board.drop = 1
    await post.drain()

    (message,) = post.board.messages
    assert not message.repeat


async def test_where_nothing_can_be_read_back_the_second_copy_is_marked(post: Post) -> None:
    post.board.reads_back = False
    await post.console.report(finding("pay-1"))
    post.board.lose = 1
    await post.drain()

    first, second = post.board.messages
    assert (first.repeat, second.repeat) == (False, True)


async def test_where_repeats_are_not_wanted_a_lost_answer_waits_for_a_person(post: Post) -> None:
    post.board.reads_back = False
    await post.console.report(finding("pay-1"))
    post.board.lose = 1
    await post.drain(post.deliver(possible_repeat=False))

    assert len(post.board.messages) == 1
    (row,) = await post.console.rows(t.message)
    assert "read back" in row.problem
    assert row.platform_id == ""


async def test_a_thread_line_whose_answer_was_lost_is_not_said_again(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    await post.drain()
    post.board.lose = 1
    await post.happens("It was said.")
    await post.drain()

    (message,) = post.board.messages
    assert len(message.thread) == 1


async def test_the_platforms_own_wait_is_kept(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    post.board.refuse = [Retriable("too many requests", after=3.0)]
    await post.drain()

    assert 3.0 in post.waited
    assert len(post.board.messages) == 1


async def test_what_is_more_urgent_overtakes_while_the_platform_takes_nothing(post: Post) -> None:
    await post.console.report(finding("pay-1", "CVE-2001-0001"))

    async def something_urgent_arrives(seconds: float) -> None:
        await post.sleep(seconds)
        if len(await post.console.rows(t.message)) == 1:
            await post.console.report(finding("pay-1", "CVE-2014-0160"))
            async with post.console.wiring.store.write() as connection:
                await connection.execute(t.message.update().where(t.message.c.case_id == 1).values(priority=3))
                await connection.execute(t.message.update().where(t.message.c.case_id == 2).values(priority=0))

    post.board.refuse = [Retriable("too many requests", after=2.0)]
    await post.drain(post.deliver(sleep=something_urgent_arrives))

    assert ["CVE-2014-0160" in message.texts[0] for message in post.board.messages] == [True, False]


async def test_one_message_that_is_never_taken_does_not_stop_the_others(post: Post) -> None:
    await post.console.report(finding("pay-1", "CVE-2001-0001"))
    await post.console.report(finding("pay-1", "CVE-2014-0160"))
    async with post.console.wiring.store.write() as connection:
        await connection.execute(t.message.update().where(t.message.c.case_id == 1).values(priority=0))
    post.board.never = "CVE-2001-0001"
    for _ in range(8):  # each time the engine comes back
        await post.drain()
        post.clock.advance(seconds=60)

    (message,) = post.board.messages
    assert "CVE-2014-0160" in message.texts[0]
    stuck = [row.problem for row in await post.console.rows(t.message) if row.problem]
    assert stuck == ["not this one"]


async def test_a_long_wait_is_given_back_to_the_engine(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    post.board.refuse = [Retriable("come back later", after=90.0)]
    (before,) = await post.channels()
    await post.drain()

    assert post.board.messages == []
    (after,) = await post.channels()
    assert after.awake
    assert after.drain != before.drain
    assert sum(post.waited) < 10


async def test_what_needs_a_person_is_written_down_and_does_not_hold_up_the_others(post: Post) -> None:
    await post.console.report(finding("pay-1", "CVE-2014-0160", severity=Severity.CRITICAL))
    await post.console.report(finding("pay-1", "CVE-2021-44228"))
    post.board.refuse = [NeedsHuman("the app is not in that channel")]
    await post.drain()

    stuck = [row.problem for row in await post.console.rows(t.message) if row.problem]
    assert stuck == ["the app is not in that channel"]
    assert len(post.board.messages) == 1


async def test_the_most_urgent_goes_first(post: Post) -> None:
    await post.console.report(finding("pay-1", "CVE-2001-0001", severity=Severity.LOW))
    await post.console.report(finding("pay-1", "CVE-2014-0160", severity=Severity.HIGH))
    async with post.console.wiring.store.write() as connection:
        await connection.execute(t.message.update().where(t.message.c.case_id == 2).values(priority=0))
        await connection.execute(t.message.update().where(t.message.c.case_id == 1).values(priority=3))
    await post.drain()

    assert [message.texts[0].partition(" ")[0] for message in post.board.messages]
    assert "CVE-2014-0160" in post.board.messages[0].texts[0]
    assert "CVE-2001-0001" in post.board.messages[1].texts[0]


async def test_the_pace_is_kept_between_sends(post: Post) -> None:
    for number in range(3):
        await post.console.report(finding("pay-1", f"CVE-2020-100{number}"))
    await post.drain(post.deliver(pace=1.05))

    assert post.waited.count(1.05) == 3


async def test_a_drain_that_the_channel_does_not_belong_to_leaves_at_once(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    (channel,) = await post.channels()
    await post.deliver().drain(channel.chat, channel.name, "drain:of:before")

    assert post.board.messages == []


async def test_a_twin_of_the_same_drain_does_not_post_a_second_time(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    (channel,) = await post.channels()
    twins = (post.deliver().drain(channel.chat, channel.name, channel.drain) for _ in range(2))
    await asyncio.gather(*twins)

    assert len(post.board.messages) == 1


async def _nothing() -> None: ...
