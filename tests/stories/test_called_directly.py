"""What cannot wait is brought to the team's lead directly too: once, as a summary with the way to the case."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.organisation import Changed, teams_with
from tests.stories.world import World, eventually

SIGNING = "signing_secrets: [{env: SUTURE_TEST_SIGNING}]"


@pytest.fixture
def changed() -> Changed:
    """Ana, who leads Payments, is known by her address alone."""

    def by_address(told: dict[str, Any]) -> None:
        (ana,) = [person for person in told["people"] if person["id"] == "ana"]
        del ana["slack"]
        ana["email"] = "ana@example.com"

    files = {"teams.yaml": teams_with(by_address)}
    return Changed(files=files, slack=f"{SIGNING}\n  direct_messages: true", scopes=("im:write",))


async def ana_arrives(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.add_person("U0ANA", "ana", email="ana@example.com"))


def attack(title: str, **more: Any) -> dict[str, Any]:
    """An immediate case."""
    host = {"id": "shop-1", "type": "host"}
    return {"title": title, "rule": title, "kind": "detection", "severity": "critical", "resource": host} | more


async def direct_messages(world: World) -> list[Any]:
    return list(await asyncio.to_thread(world.slack.channel("D0ANA").messages))


async def test_the_lead_is_told_once_with_a_link_and_no_buttons(world: World) -> None:
    await ana_arrives(world)
    await world.alert(**attack("Miner on shop-1"))
    await world.alert(title="Old kernel", rule="r-1", severity="low", resource={"id": "shop-1", "type": "host"})

    async def there() -> list[Any]:
        return await direct_messages(world)

    (told,) = await eventually(there, "a direct message to Ana")
    assert "Payments needs you now: CRITICAL open: Miner on shop-1" in told.text
    assert f"{world.url}/cases/S-1" in told.shown
    assert told.buttons == []

    await world.press("payments", "Miner on shop-1", "I'm on it", by="ben")
    await world.said_in_thread("payments", "Miner on shop-1", "is on it")
    await world.all_told()
    (still,) = await direct_messages(world)
    assert (len(still.revisions), still.replies) == (1, [])


async def test_a_lost_answer_is_not_told_twice_without_saying_so(world: World) -> None:
    await ana_arrives(world)
    world.slack.settings(scopes=["chat:write", "users:read", "users:read.email", "im:write", "im:history"])
    world.slack.fault("drop_after", method="chat.postMessage", channel="D0ANA")
    await world.alert(**attack("Miner on shop-1"))
    await world.card("payments", "Miner on shop-1")
    await world.all_told()
    assert len(await direct_messages(world)) == 1


async def test_who_has_no_account_is_named_and_the_channel_is_told_all_the_same(world: World) -> None:
    await world.alert(**attack("Miner on shop-1"))
    await world.card("payments", "Miner on shop-1")

    async def stuck() -> list[str]:
        return [row.problem for row in await world.rows(t.message) if row.direct and row.problem]

    (problem,) = await eventually(stuck, "the reason why Ana is not told")
    assert "Ana Sousa has no account in slack" in problem


async def test_who_is_known_by_address_is_mentioned_in_the_thread_too(world: World) -> None:
    await ana_arrives(world)
    await world.alert(title="Old kernel", rule="r-1", severity="low", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Old kernel")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "assign S-1 ana", by="U0BEN"))
    await world.said_in_thread("payments", "Old kernel", "assigned it to Ana Sousa. <@U0ANA>")


async def test_what_becomes_immediate_later_is_told_then(world: World) -> None:
    await ana_arrives(world)
    await world.alert(**attack("Odd sign-in", severity="low"))
    await world.card("payments", "Odd sign-in")
    assert await direct_messages(world) == []
    await world.alert(**attack("Odd sign-in"))

    async def there() -> list[Any]:
        return await direct_messages(world)

    assert await eventually(there, "a direct message to Ana")


async def test_a_case_that_finds_its_owner_is_brought_to_the_owners_lead(world: World) -> None:
    await ana_arrives(world)
    await world.alert(**attack("Miner on printer-7", resource={"id": "printer-7", "type": "host"}))
    await world.card("security", "Miner on printer-7")
    assert await direct_messages(world) == []
    await world.press("security", "Miner on printer-7", "Mine", by="ben")

    async def there() -> list[Any]:
        return await direct_messages(world)

    (told,) = await eventually(there, "a direct message to Ana")
    assert "Payments needs you now" in told.text


async def told_directly(world: World, count: int) -> list[Any]:
    """So many direct messages to Ana, and no more once everything is told."""

    async def there() -> list[Any]:
        found = await direct_messages(world)
        return found if len(found) >= count else []

    await eventually(there, f"{count} direct messages to Ana")
    await world.all_told()
    found = await direct_messages(world)
    assert len(found) == count
    return found


async def test_what_comes_back_is_told_again_once_however_often_it_is_reported(world: World) -> None:
    await ana_arrives(world)
    await world.alert(**attack("Miner on shop-1"))
    await told_directly(world, 1)

    await world.alert(**attack("Miner on shop-1"), status="resolved")
    await world.card("payments", "FIXED")
    for _ in range(3):
        await world.alert(**attack("Miner on shop-1"))
    await world.card("payments", "REGRESSED")
    first, second = await told_directly(world, 2)
    assert len(first.revisions) == len(second.revisions) == 1
    assert "Payments needs you now" in second.text

    await world.alert(**attack("Miner on shop-1"), status="resolved")
    await world.alert(**attack("Miner on shop-1"))
    await told_directly(world, 3)


async def test_a_lost_answer_to_the_second_message_leads_to_no_third(world: World) -> None:
    await ana_arrives(world)
    world.slack.settings(scopes=["chat:write", "users:read", "users:read.email", "im:write", "im:history"])
    await world.alert(**attack("Miner on shop-1"))
    await told_directly(world, 1)
    world.slack.fault("drop_after", method="chat.postMessage", channel="D0ANA")
    await world.alert(**attack("Miner on shop-1"), status="resolved")
    await world.alert(**attack("Miner on shop-1"))
    await told_directly(world, 2)


async def test_the_end_of_a_snooze_is_told_too(world: World) -> None:
    await ana_arrives(world)
    await world.alert(**attack("Miner on shop-1"))
    await told_directly(world, 1)
    await world.card("payments", "Miner on shop-1")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "snooze S-1 4h", by="U0BEN"))
    await world.said_in_thread("payments", "Miner on shop-1", "snoozed it")
    await world.later(hours=5)
    await world.said_in_thread("payments", "Miner on shop-1", "The snooze has ended")
    await told_directly(world, 2)
