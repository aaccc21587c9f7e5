"""Whoever sees a card sees whom to call, and by which schedule."""

from __future__ import annotations

import asyncio

from bot.store import tables as t
from tests.stories.world import World, eventually

SUE = "on call until 2035-12-20 09:00 UTC: Sue Lind (the rotation in config/teams.yaml:"


async def test_the_card_and_the_word_say_who_is_on_call_and_why(world: World) -> None:
    await eventually(lambda: world.rows(t.on_call_read), "the schedules, which a worker reads first")
    await world.alert(title="A strange login.", rule="r-1", kind="detection", severity="high", resource={"id": "vpn-1"})

    card = await world.card("security", "A strange login.")
    assert SUE in card.shown

    await asyncio.to_thread(lambda: world.slack.command("/suture", "oncall security", by="U0BEN"))
    answer = await world.eventually(lambda: next(iter(world.slack.private("U0BEN")), None), "the answer to oncall")
    assert SUE in answer.shown
