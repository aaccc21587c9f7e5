"""An account of Slack that nobody listed: its owner ties it to themselves on a page that asks, and can untie it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from bot.store import tables as t
from tests.bot.web.console_browser import words_of
from tests.stories.fixing import asks_to_fix
from tests.stories.in_teams import Browser, browser
from tests.stories.policies import TWO
from tests.stories.world import World, eventually

__all__ = ["browser"]

PHONE = "U0PHONE"  # Ana's other account, which config/teams.yaml does not know


@pytest.fixture
def policy() -> str:
    return TWO


async def address_for(world: World, account: str, name: str) -> str:
    """Somebody types ``/suture link``; the address that only they are shown."""
    await asyncio.to_thread(lambda: world.slack.add_person(account, name))
    return await next_address(world, account, "")


async def next_address(world: World, account: str, before: str) -> str:
    await asyncio.to_thread(lambda: world.slack.command("/suture", "link", by=account))

    def look() -> str | None:
        said = "\n".join(message.shown for message in world.slack.private(to=account))
        found = [each for each in re.findall(rf"{world.url}/link/[\w-]+", said) if each != before]
        return found[-1] if found else None

    address: str = await world.eventually(look, f"the address for {account}")
    return address


async def links(world: World, browser: Browser, account: str, name: str, person: str) -> None:
    address = await address_for(world, account, name)
    await browser.signs_in(world, person)
    page = await browser.presses(await browser.opens(address), "Link it to me")
    assert "is you." in words_of(page.text)


async def presses(world: World, label: str, by: str) -> None:
    card = await world.card("payments", "Waits for approval.")
    await asyncio.to_thread(lambda: card.again().button(label).press(by=by))


async def told(world: World, to: str, words: str) -> None:
    await world.eventually(
        lambda: any(words in message.shown + message.text for message in world.slack.private(to=to)),
        f"{words!r} to {to}",
    )


def acts(rows: list[Any]) -> list[tuple[str, str, str]]:
    return [(row.who, row.act, row.target) for row in rows if row.act in ("link", "unlink")]


async def test_one_says_who_one_is_on_a_page_that_asks(world: World, browser: Browser) -> None:
    address = await address_for(world, PHONE, "anas phone")
    stranger = await browser.opens(address)
    assert "Please sign in" in stranger.text
    there = await browser.signs_in(world, "ana")  # leads back to the question

    asked = "Link Slack member anas phone (U0PHONE, workspace T0SUTURE1) to Ana Sousa?"
    assert asked in words_of(there.text)
    assert await world.rows(t.linked_account) == []  # opening it ties nothing
    page = await browser.presses(there, "Link it to me")
    assert "Linked: Slack member anas phone (T0SUTURE1:U0PHONE) is you." in words_of(page.text)
    assert f"linked on {world.clock().date()}" in words_of(page.text)

    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    card = await world.card("payments", "Old kernel")
    await asyncio.to_thread(lambda: card.again().button("I'm on it").press(by=PHONE))
    await world.said_in_thread("payments", "Old kernel", "Ana Sousa is on it")

    assert "works no more" in (await browser.opens(address)).text  # once
    await asyncio.to_thread(lambda: world.slack.command("/suture", "whoami", by=PHONE))
    await told(world, PHONE, f"linked on {world.clock().date()}")


async def test_nobody_approves_their_own_request_with_a_linked_account(
    world: World, browser: Browser, open_group: str
) -> None:
    await links(world, browser, PHONE, "anas phone", "ana")
    await asks_to_fix(world, open_group, by="ana")
    await presses(world, "Approve…", by=PHONE)

    await told(world, PHONE, "nobody approves what they asked for themselves")
    assert await world.rows(t.voice) == []
    assert await world.rows(t.run) == []


async def test_who_unlinks_an_account_is_a_stranger_there_at_once(world: World, browser: Browser) -> None:
    await links(world, browser, PHONE, "anas phone", "ana")
    page = await browser.presses(await browser.opens(f"{world.url}/me"), "Unlink")
    assert "is you no more" in words_of(page.text)

    await world.alert(title="Old kernel", rule="r-1", resource={"id": "shop-1", "type": "host"})
    card = await world.card("payments", "Old kernel")
    await asyncio.to_thread(lambda: card.again().button("I'm on it").press(by=PHONE))
    await told(world, PHONE, "I don't know who you are")
    await told(world, PHONE, "/suture link")
    assert (await world.rows(t.cases))[0].state == "open"
    account = "slack T0SUTURE1:U0PHONE"
    assert acts(await world.rows(t.audit)) == [("ana", "link", account), ("ana", "unlink", account)]


async def test_an_account_that_is_somebodys_stays_theirs(world: World, browser: Browser) -> None:
    """Ben is sent the address that Ana got, and another after Ana has linked hers."""
    first = await address_for(world, PHONE, "anas phone")
    second = await next_address(world, PHONE, before=first)
    await browser.signs_in(world, "ben")
    assert "works no more" in (await browser.opens(first)).text  # another was asked for since
    held = await browser.opens(second)

    other = await links_elsewhere(world, "ana", second)
    assert "is you." in words_of(other)
    late = await browser.presses(held, "Link it to me")
    assert "Nothing was linked." in words_of(late.text)
    await asyncio.to_thread(lambda: world.slack.command("/suture", "link", by=PHONE))
    await told(world, PHONE, "You are Ana Sousa")
    assert [row.person for row in await world.rows(t.linked_account)] == ["ana"]


async def links_elsewhere(world: World, person: str, address: str) -> str:
    """The same in another browser."""
    import httpx2

    async with httpx2.AsyncClient(timeout=20, trust_env=False) as http:
        other = Browser(http)
        await other.signs_in(world, person)
        return (await other.presses(await other.opens(address), "Link it to me")).text


async def test_guests_and_bots_get_no_address(world: World) -> None:
    for account, fields, why in (
        ("U0GUEST", {"restricted": True}, "Guests of this workspace"),
        ("U0ROBOT", {"bot": True}, "Bots decide nothing"),
        ("U0VISITOR", {"team": "T0ELSEWHERE"}, "another workspace"),
    ):
        world.slack.add_person(account, account.lower(), **fields)
        await asyncio.to_thread(lambda who=account: world.slack.command("/suture", "link", by=who))
        await told(world, account, why)

    async def none_asked() -> bool:
        return await world.rows(t.link_request) == []

    await eventually(none_asked, "no address at all")
