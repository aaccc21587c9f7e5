"""Slack is away, slow or forgetful: every case arrives, once, the most urgent first."""

from __future__ import annotations

import asyncio

from bot.store import tables as t
from tests.stories.world import World, eventually

HOST = {"id": "shop-1", "type": "host"}


async def test_after_an_outage_every_case_arrives_once_and_the_most_urgent_first(world: World) -> None:
    await asyncio.to_thread(world.slack.refuse, 4)
    for number in range(6):
        severity = "critical" if number == 5 else "low"
        await world.alert(
            title=f"Case {number}.", rule=f"r-{number}", kind="detection", severity=severity, resource=HOST
        )

    async def all_told() -> bool:
        return all(row.platform_id for row in await world.rows(t.message))

    await eventually(all_told, "every message told", 30)
    texts = [message.text for message in await asyncio.to_thread(world.channel("payments").messages)]
    assert sorted(text.partition("Case ")[2][0] for text in texts) == ["0", "1", "2", "3", "4", "5"]
    posted = await asyncio.to_thread(world.channel("payments").messages)
    in_order = [message.text for message in sorted(posted, key=lambda message: float(message.ts))]
    assert "Case 5." in in_order[0]


async def test_lost_answers_do_not_double_anything(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.fault("drop_after", method="chat.postMessage", times=3))
    for number in range(6):
        await world.alert(title=f"Case {number}.", rule=f"r-{number}", resource=HOST)

    async def all_told() -> bool:
        return all(row.platform_id for row in await world.rows(t.message))

    await eventually(all_told, "every message told", 30)
    texts = [message.text for message in await asyncio.to_thread(world.channel("payments").messages)]
    assert sorted(text.partition("Case ")[2][0] for text in texts) == ["0", "1", "2", "3", "4", "5"]
