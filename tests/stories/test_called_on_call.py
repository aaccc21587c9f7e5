"""Where a team has somebody on call, what cannot wait goes to them and not to its lead."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.organisation import Changed, teams_with
from tests.stories.world import World, eventually


@pytest.fixture
def changed() -> Changed:
    """Ben is on call for Payments, which Ana leads."""

    def ben_is_on_call(told: dict[str, Any]) -> None:
        told["teams"][0]["on_call"] = {"rotation": ["ben"], "from": "2026-01-01 09:00", "every": "520w"}

    slack = "signing_secrets: [{env: SUTURE_TEST_SIGNING}]\n  direct_messages: true"
    return Changed(files={"teams.yaml": teams_with(ben_is_on_call)}, slack=slack, scopes=("im:write",))


async def test_who_is_on_call_is_told(world: World) -> None:
    await eventually(lambda: world.rows(t.on_call_read), "the schedules, which a worker reads first")
    host = {"id": "shop-1", "type": "host"}
    await world.alert(title="Miner", rule="r-1", kind="detection", severity="critical", resource=host)

    async def told() -> list[Any]:
        return list(await asyncio.to_thread(world.slack.channel("D0BEN").messages))

    (message,) = await eventually(told, "a direct message to Ben")
    assert "Payments needs you now" in message.text
    assert await asyncio.to_thread(world.slack.channel("D0ANA").messages) == []
