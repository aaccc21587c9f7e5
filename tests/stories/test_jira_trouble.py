"""Jira fails while a ticket is opened: there is one ticket in the end, or a sentence that says why there is none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.world import World, eventually

HOST = {"id": "shop-1", "type": "host"}


async def asked_for_a_ticket(world: World) -> None:
    await world.alert(title="Heartbleed on shop-1", rule="CVE-2014-0160", resource=HOST)
    await world.press("payments", "Heartbleed", "Open ticket", by="ben")


async def failed_once(world: World) -> None:
    """Suture has met the failure and has put its next try off."""

    async def look() -> bool:
        return any(row.attempts for row in await world.rows(t.ticket))

    await eventually(look, "the first try's failure")


async def until_the_search_can_be_trusted(world: World) -> None:
    """What was lost in a create may show up in Jira's search up to this much later, by Jira's clock too."""
    assert world.jira is not None
    span = world.wiring.trackers["jira"].settle + 1
    await asyncio.to_thread(world.jira.advance, span)
    await world.later(seconds=span)


async def calls(world: World, operation: str) -> int:
    assert world.jira is not None
    return len(await asyncio.to_thread(world.jira.calls, operation))


async def there_is_one_ticket(world: World) -> None:
    assert world.jira is not None
    await world.said_in_thread("payments", "Heartbleed", "Ticket PAY-1 is open.")
    assert len(await asyncio.to_thread(world.jira.issues)) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "answer_after", "status": 500}, {"kind": "lose_answer"}], ids=lambda fault: fault["kind"]
)
async def test_a_ticket_that_jira_made_without_saying_so_is_found(world: World, fault: dict[str, Any]) -> None:
    assert world.jira is not None
    world.jira.index_lag(50)  # seconds until Jira's search shows a new issue
    world.jira.fault("create", **fault)
    await asked_for_a_ticket(world)
    await failed_once(world)
    (case,) = await world.rows(t.cases)
    await world.work("tickets.create", f"S-{case.id}")  # begun again, as after a crash: too early to create once more
    assert await calls(world, "create") == 1

    await until_the_search_can_be_trusted(world)

    await there_is_one_ticket(world)
    assert await calls(world, "create") == 1


async def test_a_create_that_failed_before_anything_was_made_is_repeated(world: World) -> None:
    assert world.jira is not None
    world.jira.fault("create", kind="answer", status=500)
    await asked_for_a_ticket(world)
    await failed_once(world)
    assert await asyncio.to_thread(world.jira.issues) == []

    await until_the_search_can_be_trusted(world)

    await there_is_one_ticket(world)
    assert await calls(world, "create") == 2


async def test_while_jira_asks_us_to_wait_we_wait(world: World) -> None:
    assert world.jira is not None
    world.jira.fault("create", kind="answer", status=429, headers={"Retry-After": "30"})
    await asked_for_a_ticket(world)
    await failed_once(world)
    assert await calls(world, "create") == 1

    await world.later(seconds=31)

    await there_is_one_ticket(world)


async def test_nothing_is_created_while_the_search_is_not_answered(world: World) -> None:
    assert world.jira is not None
    world.jira.fault("search", kind="answer", status=500)
    await asked_for_a_ticket(world)
    await failed_once(world)
    assert await calls(world, "create") == 0

    await world.later(seconds=10)

    await there_is_one_ticket(world)


async def test_two_who_ask_while_jira_is_slow_get_one_ticket(world: World) -> None:
    assert world.jira is not None
    world.jira.fault("search", kind="slow", seconds=1.5)
    await world.alert(title="Heartbleed on shop-1", rule="CVE-2014-0160", resource=HOST)
    card = await world.card("payments", "Heartbleed")
    button = card.button("Open ticket")

    await asyncio.gather(*(asyncio.to_thread(button.press, by) for by in ("U0BEN", "U0ANA")))

    await there_is_one_ticket(world)
    assert await calls(world, "create") == 1


async def test_what_jira_refuses_is_said_in_the_thread(world: World) -> None:
    assert world.jira is not None
    world.jira.fault("create", kind="answer", status=400, body={"errors": {"project": "no such project"}})
    await asked_for_a_ticket(world)

    await world.said_in_thread("payments", "Heartbleed", "No ticket:")
    assert await asyncio.to_thread(world.jira.issues) == []
