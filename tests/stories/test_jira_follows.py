"""What happens to a case follows to its ticket, and what people do in Jira follows back, as far as it may."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.jira_screen import (
    ANA,
    BEN,
    STRANGER,
    at_the_screen,
    comments,
    jira_of,
    status,
    ticket_for,
    told,
    with_people_and_webhook,
)
from tests.stories.world import World, eventually

HEARTBLEED = {
    "title": "Heartbleed on shop-1",
    "rule": "CVE-2014-0160",
    "severity": "low",
    "resource": {"id": "shop-1", "type": "host"},
}


async def a_ticket(world: World) -> str:
    await with_people_and_webhook(world)
    await world.alert(**HEARTBLEED)
    return await ticket_for(world, "Heartbleed")


async def the_case(world: World) -> Any:
    (case,) = await world.rows(t.cases)
    return case


async def fields(world: World, ticket: str) -> dict[str, Any]:
    return dict((await asyncio.to_thread(jira_of(world).issue, ticket))["fields"])


async def test_what_piled_up_is_one_comment_and_the_ticket_moves_along(world: World) -> None:
    ticket = await a_ticket(world)
    due = (await the_case(world)).due_at
    assert (await fields(world, ticket))["duedate"] == due.date().isoformat()
    assert await comments(world, ticket) == ""

    await world.press("payments", "Heartbleed", "I'm on it", by="ben")
    for number in (2, 3):
        await world.alert(**HEARTBLEED | {"resource": {"id": f"shop-{number}", "type": "host"}})
    await told(world)

    assert await status(world, ticket) == "In Progress"
    assert (await fields(world, ticket))["assignee"]["displayName"] == "Ben Okoro"
    [comment] = await asyncio.to_thread(jira_of(world).comments, ticket)
    for words in ("Ben Okoro is on it.", "Also affected: shop-2", "Also affected: shop-3"):
        assert words in comment

    # Jira's webhook told us of each of these changes, and they were our own.
    async def known_as_ours() -> bool:
        return {row.outcome for row in await world.rows(t.ticket_news)} == {"our own"}

    await eventually(known_as_ours, "the echoes")


@pytest.mark.parametrize("fault", ["lose_answer", "drop"])  # it arrived, and it did not
async def test_a_comment_whose_answer_was_lost_is_said_once(world: World, fault: str) -> None:
    ticket = await a_ticket(world)
    jira_of(world).fault("comment", fault)
    await world.press("payments", "Heartbleed", "I'm on it", by="ben")
    await told(world)
    (row,) = await world.rows(t.ticket)
    await world.work("tickets.follow", row.subject, row.turn)  # begun again, as after a crash
    await world.alert(**HEARTBLEED | {"resource": {"id": "shop-2", "type": "host"}})

    await world.later(seconds=world.wiring.trackers["jira"].settle)
    await told(world)
    await told(world)

    said = await comments(world, ticket)
    assert said.count("Ben Okoro is on it.") == said.count("Also affected: shop-2") == 1


async def test_a_limit_of_jiras_is_kept_and_nothing_is_lost(world: World) -> None:
    ticket = await a_ticket(world)
    limit = {"Retry-After": "120", "RateLimit-Reason": "jira-per-issue-on-write"}
    jira_of(world).fault("comment", "answer", status=429, headers=limit)
    await world.press("payments", "Heartbleed", "I'm on it", by="ben")
    await told(world)
    await told(world)
    assert len(jira_of(world).calls("comment")) == 1

    await world.later(seconds=121)
    await told(world)
    assert "Ben Okoro is on it." in await comments(world, ticket)


async def test_assignee_and_due_date_set_in_jira_follow_back(world: World) -> None:
    ticket = await a_ticket(world)
    policy = (await the_case(world)).due_at
    earlier, later = (policy - timedelta(days=2)).date(), (policy + timedelta(days=2)).date()

    await at_the_screen(world, "assign", ticket, BEN, by=ANA)
    await world.said_in_thread("payments", "Heartbleed", "Ana Sousa assigned it in Jira to Ben Okoro.")
    assert ((await the_case(world)).assignee, (await the_case(world)).state) == ("ben", "acknowledged")

    await at_the_screen(world, "assign", ticket, STRANGER, by=ANA)
    await world.said_in_thread("payments", "Heartbleed", "to Dana Roux, whom nobody knows here")
    assert (await the_case(world)).assignee == "ben"

    await at_the_screen(world, "set_due", ticket, earlier.isoformat(), by=BEN)
    await world.said_in_thread("payments", "Heartbleed", f"changed the due date in Jira: this is due on {earlier}.")
    assert (await the_case(world)).due_at.date() == earlier

    await at_the_screen(world, "set_due", ticket, later.isoformat(), by=BEN)
    await world.said_in_thread("payments", "Heartbleed", "later than policy allows")
    assert (await the_case(world)).due_at.date() == earlier
    await told(world)
    assert "later than policy allows" in await comments(world, ticket)


async def test_a_deleted_ticket_is_said_and_another_one_may_be_opened(world: World) -> None:
    ticket = await a_ticket(world)

    await at_the_screen(world, "delete", ticket, by=ANA)
    await world.said_in_thread("payments", "Heartbleed", f"Ticket {ticket} is gone: deleted in Jira")
    card = await world.card("payments", "gone: deleted in Jira")
    assert "Open ticket" in [button.label for button in card.again().buttons]

    assert await ticket_for(world, "Heartbleed") == "PAY-2"
    # Deleted without a word: that is noticed when there is something to say.
    jira_of(world).webhook("", "")
    await at_the_screen(world, "delete", "PAY-2", by=ANA)
    await world.press("payments", "Heartbleed", "I'm on it", by="ben")
    await told(world)
    await world.said_in_thread("payments", "Heartbleed", "Ticket PAY-2 is gone")
