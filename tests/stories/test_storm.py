"""A scanner is let loose on the whole estate: the channel stays readable, and what burns is seen at once."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.stories.world import World


def host(number: int) -> dict[str, str]:
    return {"id": f"shop-{number}", "type": "host", "name": f"shop-{number}"}


def weakness(number: int) -> dict[str, Any]:
    return {
        "title": f"Weak setting {number}.",
        "rule": f"setting-{number}",
        "kind": "compliance",
        "severity": "medium",
        "resource": host(1 + number % 40),
    }


async def forty_weaknesses(world: World) -> None:
    """One post of a scanner, forty problems nobody knew."""
    await world.send("/v1/alerts/generic", [weakness(number) for number in range(40)])


async def test_forty_new_cases_are_one_message_and_the_intrusion_is_another(world: World) -> None:
    await forty_weaknesses(world)
    await world.card("payments", "Storm: 40 new cases")
    await world.alert(title="An intrusion.", rule="r-1", kind="detection", severity="critical", resource=host(3))

    await world.card("payments", "An intrusion.")
    digest = await world.card("payments", "Payments: 40* (40 scheduled)")
    assert "show S-12" in digest.shown
    messages = await asyncio.to_thread(world.channel("payments").messages)
    assert len(messages) == 2


async def test_whoever_acts_on_one_of_them_gets_its_message(world: World) -> None:
    await forty_weaknesses(world)
    await world.card("payments", "Storm: 40 new cases")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "ack S-7", by="U0BEN", channel="C0PAYMENTS"))

    await world.card("payments", "acknowledged, by Ben Okoro")
    messages = await asyncio.to_thread(world.channel("payments").messages)
    assert len(messages) == 2


async def test_when_it_is_quiet_the_message_says_so_with_its_final_numbers(world: World) -> None:
    await forty_weaknesses(world)
    await world.card("payments", "Storm: 40 new cases")
    await world.later(minutes=6)
    await world.sweep()

    over = await world.card("payments", "The storm is over: 40 new cases")
    assert "Payments: 40* (40 scheduled)" in over.shown
    assert len(await asyncio.to_thread(world.channel("payments").messages)) == 1
