"""Jira fails while a ticket is opened: there is one ticket in the end, or a sentence that says why there is none."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.stories.world import World

HOST = {"id": "shop-1", "type": "host"}


async def asked_for_a_ticket(world: World, **fault: Any) -> None:
    assert world.jira is not None
    world.jira.fault("create", **fault)
    await world.alert(title="Heartbleed on shop-1", rule="CVE-2014-0160", resource=HOST)
    await world.press("payments", "Heartbleed", "Open ticket", by="ben")


async def test_an_error_before_anything_was_created_is_tried_again(world: World) -> None:
    assert world.jira is not None
    await asked_for_a_ticket(world, kind="answer", status=429, headers={"Retry-After": "1"})

    await world.said_in_thread("payments", "Heartbleed", "Ticket PAY-1 is open.")
    assert len(await asyncio.to_thread(world.jira.issues)) == 1


async def test_a_ticket_whose_answer_was_lost_is_found_and_not_created_twice(world: World) -> None:
    assert world.jira is not None
    await asked_for_a_ticket(world, kind="lose_answer")

    await world.eventually(lambda: len(world.jira.issues()) == 1, "the issue in Jira")
    await asyncio.sleep(2)  # long enough for a blind retry; ours waits until Jira's search can be trusted
    assert len(await asyncio.to_thread(world.jira.issues)) == 1


async def test_what_jira_refuses_is_said_in_the_thread(world: World) -> None:
    await asked_for_a_ticket(world, kind="answer", status=400, body={"errors": {"project": "no such project"}})

    await world.said_in_thread("payments", "Heartbleed", "No ticket:")
