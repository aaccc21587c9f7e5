"""A risk was accepted for a host that nobody could reach. Once it is open to the internet, that no longer holds."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.stories.fixing import form_after, told
from tests.stories.policies import RULES
from tests.stories.world import World

OLD_CIPHER = {"title": "Old cipher", "rule": "r-3", "kind": "detection", "severity": "low"}
HOST = {"id": "shop-1", "type": "host"}


def write_exposure(file: Path, exposure: str) -> None:
    text = file.read_text(encoding="utf-8")
    for word in ("open", "small"):
        text = text.replace(f"production,1,{word},", f"production,1,{exposure},")
    file.write_text(text, encoding="utf-8")


async def the_inventory_says(world: World, exposure: str) -> None:
    """All hosts are this exposed, says the file, and Suture reads it again."""
    file = Path(world.wiring.settings.context.inventory[0])
    await asyncio.to_thread(write_exposure, file, exposure)
    await world.work("context.refresh")


async def test_it_opens_again_though_it_is_no_more_urgent(world: World) -> None:
    await the_inventory_says(world, "small")
    await world.alert(**OLD_CIPHER, resource=HOST)
    form = await form_after(world, "Old cipher", "Accept risk…", by="ana")
    until = (world.clock() + timedelta(days=7)).date()
    await world.submit(form, by="ana", reason="Nobody can reach the host from outside.", until=str(until))
    await world.card("payments", "accepted this risk until")
    (before,) = await world.rows(t.cases)

    await the_inventory_says(world, "open")

    await world.said_in_thread(
        "payments", "Old cipher", "No longer accepted, because the facts changed: shop-1 is open to the internet now"
    )
    await world.said_in_thread("payments", "Old cipher", "<@U0ANA>")  # who signed is called
    (case,) = await world.rows(t.cases)
    assert (case.state, case.priority) == ("open", before.priority)
    (signed,) = await world.rows(t.acceptance)
    assert signed.ended_at is not None
    void = [row for row in await world.rows(t.audit) if row.outcome == "void"]
    assert [(row.who, row.act, row.target) for row in void] == [("suture", "accept-risk", "S-1")]


class TestWhileItWaitsForItsYes:
    @pytest.fixture
    def policy(self) -> str:
        by_priority = ", ".join(f"{each}: security" for each in ("immediate", "out-of-cycle", "scheduled", "defer"))
        return (
            RULES.replace("snooze, fix", "snooze, accept-risk, fix") + f"\nacceptance_approved_by: {{{by_priority}}}\n"
        )

    async def test_it_is_not_signed_on_facts_that_nobody_knew(self, world: World) -> None:
        await the_inventory_says(world, "small")
        await world.alert(**OLD_CIPHER, resource=HOST)
        form = await form_after(world, "Old cipher", "Accept risk…", by="ana")
        until = (world.clock() + timedelta(days=7)).date()
        await world.submit(form, by="ana", reason="Nobody can reach the host from outside.", until=str(until))
        await world.card("payments", "Waits for approval.")
        question = await form_after(world, "Old cipher", "Approve…", by="sue")

        await the_inventory_says(world, "open")
        await world.submit(question, by="sue")

        await told(world, "sue", "the facts changed since it was asked for: shop-1 is exposed now")
        assert await world.rows(t.acceptance) == []
        assert (await world.rows(t.cases))[0].state == "open"
