"""A company that lets nobody in: Slack is spoken with over a line that Suture opens, and nothing else is different."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.stories.open_port import open_port, rules_of
from tests.stories.organisation import Changed
from tests.stories.world import World, eventually


@pytest.fixture
def changed() -> Changed:
    return Changed(slack="socket_mode: true\n  app_token: {env: SUTURE_TEST_APP}", socket_mode=True)


async def connected(world: World) -> None:
    async def look() -> bool:
        assert world.wiring.socket is not None
        there = await asyncio.to_thread(world.slack.sockets)
        return there["open"] == 1 and await world.wiring.socket.connected()

    await eventually(look, "the line to Slack")


async def test_from_the_alert_to_the_closed_port(world: World, open_group: str) -> None:
    await connected(world)
    answered = await world.http.post(f"{world.url}/slack/events", content=b"{}")
    assert answered.status_code in (404, 405), "there is no door that nobody needs"

    await world.alert(**open_port(open_group))
    pressed = await world.press("payments", open_group, "Fix now…", by="ana")
    assert pressed.acknowledged
    plan = await world.form("ana", "0.0.0.0/0")
    await world.submit(plan, by="ana")

    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert await asyncio.to_thread(rules_of, world, open_group) == []
    assert [row.state for row in await world.rows(t.run)] == ["done"]


async def test_a_press_that_comes_twice_and_a_line_that_breaks(world: World) -> None:
    await connected(world)
    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    pressed = await world.press("payments", "Old kernel", "I'm on it", by="ben")
    again = await asyncio.to_thread(lambda: world.slack.redeliver(pressed, retry=1))
    assert (pressed.acknowledged, again.acknowledged) == (True, True)

    await asyncio.to_thread(lambda: world.slack.hang_up(politely=True))
    await eventually(lambda: opened(world, 2), "a second line")
    await connected(world)
    await asyncio.to_thread(lambda: world.slack.command("/suture", "mine", by="U0BEN"))
    await world.eventually(
        lambda: [m for m in world.slack.private(to="U0BEN") if "Old kernel" in m.shown], "Ben's own cases"
    )
    decided = [row for row in await world.rows(t.audit) if row.act == "acknowledge"]
    assert [(row.who, row.outcome) for row in decided] == [("ben", "done")]


async def test_a_line_that_cannot_be_opened_is_said(world: World) -> None:
    await connected(world)
    world.slack.settings(app_token="xapp-changed-in-slack")
    await asyncio.to_thread(lambda: world.slack.hang_up(politely=False))

    async def said() -> bool:
        ready = (await world.http.get(f"{world.url}/readyz")).json()
        return "no line to Slack is open" in str(ready["needs a person"])

    await eventually(said, "word of it at /readyz")
    world.slack.settings(app_token="xapp-fake-token")
    await connected(world)
    assert not await said()


async def opened(world: World, number: int) -> bool:
    return (await asyncio.to_thread(world.slack.sockets))["opened"] >= number
