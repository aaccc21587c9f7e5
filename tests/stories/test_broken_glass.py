"""Whoever breaks the glass is looked at: the working day after, a review opens by itself, once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.fakes.jira.documents import as_text
from tests.stories.fixing import asks_to_fix, form_after
from tests.stories.jira_screen import jira_of
from tests.stories.policies import TWO
from tests.stories.world import World, eventually

REASON = "We see log-ins from outside on it right now."


@pytest.fixture
def policy() -> str:
    return TWO


async def sue_breaks_the_glass(world: World, group: str) -> None:
    await asks_to_fix(world, group, by="ana")
    await world.card("payments", "Waits for approval.")
    form = await form_after(world, group, "Break glass…", by="sue")
    await world.submit(form, by="sue", reason=REASON)
    await world.said_in_thread("payments", group, "Fixed at run time and verified")


async def the_working_day_after(world: World) -> None:
    (owed,) = await world.rows(t.review)
    await world.later(seconds=(owed.due_at - world.clock()).total_seconds() + 60)
    await world.sweep()


async def tickets(world: World) -> list[dict[str, Any]]:
    return list(await asyncio.to_thread(jira_of(world).issues))


async def test_the_security_team_gets_a_ticket_that_tells_it_all(world: World, open_group: str) -> None:
    await sue_breaks_the_glass(world, open_group)
    await world.sweep()
    assert await tickets(world) == []

    await the_working_day_after(world)
    await world.said_in_thread("payments", open_group, "review: Sue Lind broke the glass at")

    async def there() -> list[dict[str, Any]]:
        return await tickets(world)

    (ticket,) = await eventually(there, "the review's ticket")
    assert ticket["key"].startswith("SEC-")
    assert "suture-review" in ticket["fields"]["labels"]
    assert "Sue Lind broke the glass for S-1" in ticket["fields"]["summary"]
    text = as_text(ticket["fields"]["description"])
    for words in (REASON, open_group, "0.0.0.0/0", "Asked for by Sue Lind", "Result: done.", "/audit?case=S-1"):
        assert words in text
    await world.said_in_thread("payments", open_group, f"The review ticket {ticket['key']} is open.")


async def test_it_opens_once_also_when_two_workers_look_or_one_starts_anew(world: World, open_group: str) -> None:
    await sue_breaks_the_glass(world, open_group)
    await the_working_day_after(world)
    await asyncio.gather(world.sweep(), world.sweep())
    await world.said_in_thread("payments", open_group, "The review ticket")

    said = [row.text for row in await world.rows(t.history) if "broke the glass at" in row.text]
    assert len(said) == 1
    assert len(await tickets(world)) == 1
    opened = [row for row in await world.rows(t.audit) if row.outcome == "review opened"]
    assert len(opened) == 1


class TestWithoutATracker:
    @pytest.fixture
    def jira(self) -> None:
        """Nobody has Jira."""

    async def test_it_is_said_and_stands_on_the_console(self, world: World, open_group: str) -> None:
        await sue_breaks_the_glass(world, open_group)
        await the_working_day_after(world)
        await world.said_in_thread("payments", open_group, "It waits under Approvals on the console")
        (owed,) = await world.rows(t.review)
        assert (owed.person, owed.reviewed_at) == ("sue", None)
        assert owed.opened_at is not None
        assert await world.rows(t.ticket) == []
