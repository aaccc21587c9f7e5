"""A team that is a user group of Slack: who is in it is of the team, who leaves it is not, and it is called by name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.organisation import Changed, teams_with
from tests.stories.world import World

GROUP = "S0PAYMENTS"


@pytest.fixture
def changed() -> Changed:
    """Ben is of Payments by the group alone; Eve too, and she is known by her address alone."""

    def by_group(told: dict[str, Any]) -> None:
        told["people"].append({"id": "eve", "name": "Eve Marsh", "email": "eve@example.com"})
        del told["teams"][0]["members"]
        told["teams"][0]["slack_group"] = GROUP

    return Changed(files={"teams.yaml": teams_with(by_group)}, scopes=("usergroups:read",))


async def in_group(world: World, *accounts: str) -> None:
    """Who is in the group from now on, as a worker has read it."""
    await asyncio.to_thread(lambda: world.slack.set_group(GROUP, *accounts))
    await world.work("groups.refresh")


async def press(world: World, by: str) -> None:
    card = await world.card("payments", "Old kernel")
    await asyncio.to_thread(lambda: card.again().button("Snooze…").press(by=by))


async def refused(world: World, by: str) -> Any:
    return await world.eventually(
        lambda: [m for m in world.slack.private(to=by) if "No rule in config/policy.yaml" in m.shown], f"a no to {by}"
    )


async def test_members_come_and_go_with_the_group(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.add_person("U0EVE", "eve", email="eve@example.com"))
    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    await press(world, "U0BEN")
    await refused(world, "U0BEN")

    await in_group(world, "U0BEN", "U0EVE", "U0SOMEBODYELSE")
    await press(world, "U0BEN")
    (form,) = await world.eventually(lambda: world.slack.views(), "Ben's form")
    form.close()
    await press(world, "U0EVE")
    (form,) = await world.eventually(lambda: world.slack.views(), "Eve's form")
    form.close()

    await in_group(world, "U0BEN")
    await press(world, "U0EVE")
    (said, *_) = await refused(world, "U0EVE")
    assert "Who could: Ana Sousa, Ben Okoro" in said.shown


async def test_while_slack_cannot_be_asked_the_last_known_members_count(world: World) -> None:
    await in_group(world, "U0BEN")
    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    world.slack.fault("status_before", method="usergroups.users.list", times=None)
    await in_group(world)
    (row,) = await world.rows(t.chat_group)
    assert (row.people, "Slack answered 500" in row.problem) == (["ben"], True)
    await press(world, "U0BEN")
    assert await world.eventually(lambda: world.slack.views(), "Ben's form")

    shown = (await world.http.get(f"{world.url}/readyz")).json()["needs a person"]
    assert GROUP in str(shown)


async def test_a_group_that_is_limited_holds_up_no_alert(world: World) -> None:
    world.slack.fault("ratelimited", method="usergroups.users.list", seconds=600, times=None)
    await in_group(world, "U0BEN")
    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Old kernel")
    assert [row.not_before for row in await world.rows(t.channel)] == [None]


async def test_the_group_is_mentioned_when_a_case_is_overdue(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", severity="low", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Old kernel")
    await world.later(days=91)
    await world.sweep()
    await world.said_in_thread("payments", "Old kernel", f"<!subteam^{GROUP}> Overdue: it was due")
