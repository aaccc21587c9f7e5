"""Jira as the people of the stories use it: who they are there, its webhook, and what they do to a ticket."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import tables as t
from tests.fakes.jira.client import FakeJira
from tests.stories.organisation import HOOK_SECRET
from tests.stories.world import World, eventually

BEN, ANA, STRANGER = "ben@example.com", "ana@example.com", "dana@example.org"


def jira_of(world: World) -> FakeJira:
    assert world.jira is not None
    return world.jira


async def with_people_and_webhook(world: World) -> None:
    """Ben and Ana have accounts, and so has somebody whom Suture does not know; Jira's administrator made a webhook."""
    for email, name in ((BEN, "Ben Okoro"), (ANA, "Ana Sousa"), (STRANGER, "Dana Roux")):
        await asyncio.to_thread(jira_of(world).person, email, name)
    await asyncio.to_thread(jira_of(world).webhook, f"{world.url}/v1/trackers/jira", HOOK_SECRET)


async def ticket_for(world: World, containing: str) -> str:
    """Ben presses *Open ticket*; the ticket's key, once Jira knows what there is to know."""
    await world.press("payments", containing, "Open ticket", by="ben")

    async def opened() -> str:
        return next((row.key for row in await world.rows(t.ticket) if row.state == "created"), "")

    key = str(await eventually(opened, "the ticket"))
    await world.said_in_thread("payments", containing, f"Ticket {key} is open.")
    await told(world)
    return key


async def told(world: World) -> None:
    """Half a minute later Jira has been told what it did not know."""
    await world.later(seconds=31)
    await world.work("tickets.sweep")

    async def settled() -> bool:
        return not [row for row in await world.rows(t.ticket) if row.busy_until is not None]

    await eventually(settled, "Jira's knowing")


async def at_the_screen(world: World, what: str, *arguments: Any, by: str) -> None:
    """Somebody moves, assigns, dates or deletes a ticket."""
    await asyncio.to_thread(getattr(jira_of(world), what), *arguments, by=by)


async def comments(world: World, ticket: str) -> str:
    return "\n".join(await asyncio.to_thread(jira_of(world).comments, ticket))


async def status(world: World, ticket: str) -> str:
    return str((await asyncio.to_thread(jira_of(world).issue, ticket))["status"])
