"""Who presses counts: guests, bots, leavers and strangers decide nothing; an address that Slack confirmed is a name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.organisation import Changed, teams_with
from tests.stories.world import World, eventually

EVE = "U0EVE"


@pytest.fixture
def changed() -> Changed:
    """Eve is of the team by her address alone."""

    def with_eve(told: dict[str, Any]) -> None:
        told["people"].append({"id": "eve", "name": "Eve Marsh", "email": "eve@example.com"})
        told["teams"][0]["members"].append("eve")

    return Changed(files={"teams.yaml": teams_with(with_eve)})


async def a_case(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Old kernel")


async def presses(world: World, by: str) -> Any:
    """``I'm on it``, by an account of Slack."""
    card = await world.card("payments", "Old kernel")
    return await asyncio.to_thread(lambda: card.again().button("I'm on it").press(by=by))


async def told(world: World, to: str, words: str) -> None:
    await world.eventually(
        lambda: any(words in message.shown + message.text for message in world.slack.private(to=to)),
        f"{words!r} to {to}",
    )


STRANGERS: dict[str, tuple[dict[str, Any], str]] = {
    "U0GUEST": ({"restricted": True}, "Guests of this workspace"),
    "U0CHANNELGUEST": ({"ultra_restricted": True}, "Guests of this workspace"),
    "U0ROBOT": ({"bot": True}, "Bots decide nothing"),
    "U0LEAVER": ({"deleted": True}, "is deactivated"),
    "U0VISITOR": ({"team": "T0ELSEWHERE"}, "another workspace"),
    "U0CLAIMS": ({"confirmed": False}, "I don't know who you are"),
    "U0SOMEONE": ({"email": "someone@example.com"}, "I don't know who you are"),
}


async def test_who_is_no_member_decides_nothing(world: World) -> None:
    await a_case(world)
    for account, (fields, why) in STRANGERS.items():
        world.slack.add_person(account, account.lower(), **({"email": "eve@example.com"} | fields))
        assert (await presses(world, account)).acknowledged
        await told(world, account, why)
        await told(world, account, "Who could: Ana Sousa, Ben Okoro, Eve Marsh")

    (case,) = await world.rows(t.cases)
    assert case.state == "open"
    refused = [row for row in await world.rows(t.audit) if row.act == "acknowledge"]
    assert {row.outcome for row in refused} == {"refused"}
    assert [row.who.rpartition(":")[2] for row in refused] == list(STRANGERS)


async def test_a_listed_person_who_became_a_guest_decides_nothing(world: World) -> None:
    world.slack.add_person("U0BEN", "ben", restricted=True)
    await a_case(world)
    await presses(world, "U0BEN")
    await told(world, "U0BEN", "Guests of this workspace")
    assert (await world.rows(t.cases))[0].state == "open"


async def test_a_confirmed_address_is_a_person(world: World) -> None:
    world.slack.add_person(EVE, "eve", email="Eve@example.com")
    await a_case(world)
    await presses(world, EVE)
    await world.said_in_thread("payments", "Old kernel", "Eve Marsh is on it")
    assert (await world.rows(t.cases))[0].assignee == "eve"


async def test_a_slow_slack_refuses_the_first_press_in_time_and_takes_the_second(world: World) -> None:
    world.slack.add_person(EVE, "eve", email="eve@example.com")
    await a_case(world)
    world.slack.fault("latency", method="users.info", seconds=2.0)

    first = await presses(world, EVE)
    assert first.acknowledged
    await told(world, EVE, "try again in a moment")
    assert (await world.rows(t.cases))[0].state == "open"

    async def taken() -> bool:
        await presses(world, EVE)
        return bool((await world.rows(t.cases))[0].state == "acknowledged")

    await eventually(taken, "a press that is taken")


async def test_words_are_refused_in_the_same_sentence_and_an_app_that_may_not_ask_says_so(world: World) -> None:
    world.slack.add_person(EVE, "eve", email="eve@example.com", restricted=True)
    await asyncio.to_thread(lambda: world.slack.command("/suture", "mine", by=EVE))
    await told(world, EVE, "Guests of this workspace")
    world.slack.settings(scopes=["chat:write", "commands"])
    world.slack.add_person("U0NEW", "new")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "mine", by="U0NEW"))
    await told(world, "U0NEW", "Slack does not let us ask who you are")
