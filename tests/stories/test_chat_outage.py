"""Slack is away, slow or forgetful: every case arrives, once, the most urgent first."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.stories.world import World, eventually

HOST = {"id": "shop-1", "type": "host"}
LEAST_URGENT_FIRST = ("informational", "low", "medium", "critical")
POST = "chat.postMessage"


async def four_cases(world: World) -> None:
    """The least urgent comes in first."""
    for severity in LEAST_URGENT_FIRST:
        await world.alert(
            title=f"A {severity} case.", rule=f"r-{severity}", kind="detection", severity=severity, resource=HOST
        )


async def tried_in_vain(world: World) -> None:
    async def look() -> bool:
        return any(row.attempts for row in await world.rows(t.message))

    await eventually(look, "a try in vain")


async def arrived(world: World) -> list[str]:
    """Whose messages are in the channel, in the order in which Slack took them."""
    await world.all_told()
    messages = await asyncio.to_thread(world.channel("payments").messages)
    in_order = sorted(messages, key=lambda message: float(message.ts))
    return [next(word for word in LEAST_URGENT_FIRST if f"A {word} case." in message.text) for message in in_order]


async def test_after_an_outage_every_case_arrives_once_and_the_most_urgent_first(world: World) -> None:
    await asyncio.to_thread(world.slack.refuse, 4)
    await four_cases(world)
    assert await arrived(world) == ["critical", "medium", "low", "informational"]


async def test_while_slack_asks_us_to_wait_we_wait_and_then_the_most_urgent_goes_first(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.fault("ratelimited", method=POST, times=None, seconds=1))
    await four_cases(world)
    await tried_in_vain(world)
    await asyncio.to_thread(world.slack.clear_faults)

    assert await arrived(world) == ["critical", "medium", "low", "informational"]
    tries = [call["at"] for call in await asyncio.to_thread(world.slack.calls, POST)]
    in_vain = tries[: len(tries) - len(LEAST_URGENT_FIRST)]
    assert all(after - at >= 1 for at, after in zip(in_vain, tries[1:], strict=False))


async def test_while_slack_is_not_well_nothing_is_lost_or_doubled(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.fault("status_before", times=None, status=503))
    await four_cases(world)
    await tried_in_vain(world)
    await asyncio.to_thread(world.slack.clear_faults)

    assert sorted(await arrived(world)) == sorted(LEAST_URGENT_FIRST)


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "half_answer"])
async def test_what_slack_took_without_saying_so_is_not_told_twice(world: World, kind: str) -> None:
    await asyncio.to_thread(lambda: world.slack.fault(kind, method=POST, times=3))
    await four_cases(world)
    assert sorted(await arrived(world)) == sorted(LEAST_URGENT_FIRST)


async def test_an_edit_that_was_lost_is_made_again(world: World) -> None:
    await four_cases(world)
    await arrived(world)
    await asyncio.to_thread(lambda: world.slack.fault("drop_before", method="chat.update", times=2))

    await world.press("payments", "A critical case.", "I'm on it", by="ben")

    await world.card("payments", "acknowledged, by Ben Okoro")
    assert sorted(await arrived(world)) == sorted(LEAST_URGENT_FIRST)
