"""What cannot be undone takes three people, and each of them proves at the console who they are before they press."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from html import unescape

import httpx2
import pytest

from bot.store import tables as t
from connectors import registry
from connectors.contract.fix import Fix
from tests.fakes.for_good import for_good
from tests.stories.fixing import asks_to_fix, form_after, plan_of, told, types
from tests.stories.in_teams import Browser
from tests.stories.open_port import open_port, rules_of
from tests.stories.organisation import PEOPLE
from tests.stories.policies import THREE, TWO
from tests.stories.running import eventually
from tests.stories.world import World

NEEDS = "this cannot be undone, so it needs a sign-in to the console within the last 10 minutes"


@pytest.fixture
def fixes() -> Mapping[str, Fix]:
    return for_good(registry.fixes())


@pytest.fixture
def policy() -> str:
    return THREE


async def the_link(world: World, by: str) -> str:
    """The last private link that this person got."""
    await told(world, by, NEEDS)
    messages = await asyncio.to_thread(lambda: world.slack.private(to=PEOPLE[by]))
    found = [link for each in messages for link in re.findall(rf"{world.url}/sign-in\?[^|>\s)]+", each.shown)]
    return unescape(found[-1])


async def at_the_console(world: World, by: str, *labels: str) -> httpx2.Response:
    """They open the link, sign in, and press what the page asks."""
    async with httpx2.AsyncClient(timeout=20, follow_redirects=True) as http:
        browser = Browser(http)
        page = await browser.opens(await the_link(world, by))
        for label in ("Sign in", *labels):
            page = await browser.presses(page, label)
            assert page.status_code == 200, page.text
        return page


async def test_who_asks_and_who_says_yes_sign_in_first(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await told(world, "ana", NEEDS)
    assert await world.rows(t.approval) == []
    await at_the_console(world, "ana", "Fix now")
    card = await world.card("payments", "Waits for approval.")
    assert "it needs someone of Payments and someone of Security" in card.again().shown

    await world.press("payments", open_group, "Approve…", by="ben")
    await told(world, "ben", NEEDS)
    assert await world.rows(t.voice) == []
    await at_the_console(world, "ben", "Approve…", "Approve")
    await world.said_in_thread("payments", open_group, "approved; still wanted: someone of Security.")
    assert len(rules_of(world, open_group)) == 1

    await world.press("payments", open_group, "Approve…", by="sue")
    await at_the_console(world, "sue", "Approve…", "Approve")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []
    refused = [row.who for row in await world.rows(t.audit) if row.outcome == "refused"]
    assert refused == ["ana", "ben", "sue"]


async def test_a_sign_in_of_an_hour_ago_is_none(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    async with httpx2.AsyncClient(timeout=20, follow_redirects=True) as http:
        browser = Browser(http)
        page = await browser.presses(await browser.opens(await the_link(world, "ana")), "Sign in")
        world.clock.pass_by(minutes=11)
        refused = await browser.presses(page, "Fix now")
        assert "It takes a sign-in within the last 10 minutes" in refused.text
    assert await world.rows(t.approval) == []


async def test_a_plan_read_for_nobody_takes_none_out_of_a_persons_hands(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await told(world, "ana", NEEDS)
    await world.all_told()
    (before,) = await world.rows(t.message)
    async with world.wiring.store.write() as connection:
        await world.wiring.engine.enqueue(connection, "remediate.assess", before.case_id)

    async def read() -> bool:
        (message,) = await world.rows(t.message)
        return bool(message.wanted > before.wanted)

    await eventually(read, "the plan that nobody asked for")
    await at_the_console(world, "ana", "Fix now")
    await world.card("payments", "Waits for approval.")


async def test_the_link_is_never_shared_whatever_was_typed(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group))
    await plan_of(world, open_group, by="ana")
    plan, *_ = await world.rows(t.plan)
    await types(world, "ana", f"fix S-1 {plan.digest[:8]} --share")
    assert await the_link(world, "ana")
    assert all("/sign-in" not in each.shown for each in world.channel("payments").messages())


async def test_breaking_the_glass_does_not_spare_it(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await at_the_console(world, "ana", "Fix now")
    await world.card("payments", "Waits for approval.")
    form = await form_after(world, open_group, "Break glass…", by="sue")
    await world.submit(form, by="sue", reason="We see log-ins from outside on it right now.")
    await told(world, "sue", NEEDS)
    assert await world.rows(t.run) == []


class TestTwoPeople:
    """Where policy wants one other person, a press is enough as ever."""

    @pytest.fixture
    def policy(self) -> str:
        return TWO

    async def test_nobody_signs_in(self, world: World, open_group: str) -> None:
        await world.alert(**open_port(open_group))
        await world.submit(await plan_of(world, open_group, by="ana"), by="ana")
        await world.card("payments", "Waits for approval.")
        await world.submit(await form_after(world, open_group, "Approve…", by="ben"), by="ben")
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
