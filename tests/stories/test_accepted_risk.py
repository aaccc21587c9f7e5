"""An accepted risk that needs a yes: signed by one, approved by the team that policy names, both names under it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.fixing import form_after, told
from tests.stories.policies import RULES
from tests.stories.world import World

OLD_CIPHER = {"title": "Old cipher", "rule": "r-3", "kind": "detection", "severity": "low"}
HOST = {"id": "shop-1", "type": "host"}


@pytest.fixture
def policy() -> str:
    by_priority = ", ".join(f"{each}: security" for each in ("immediate", "out-of-cycle", "scheduled", "defer"))
    return RULES.replace("snooze, fix", "snooze, accept-risk, fix") + f"\nacceptance_approved_by: {{{by_priority}}}\n"


async def asks_to_accept(world: World, by: str) -> Any:
    await world.alert(**OLD_CIPHER, resource=HOST)
    form = await form_after(world, "Old cipher", "Accept risk…", by=by)
    until = (world.clock() + timedelta(days=7)).date()
    reason, control = "The host is switched off next week.", "It is reachable from the office only."
    await world.submit(form, by=by, reason=reason, control=control, until=str(until))
    return await world.card("payments", "Waits for approval.")


async def test_it_holds_once_security_said_yes(world: World) -> None:
    card = await asks_to_accept(world, by="ana")
    assert "Ana Sousa asks to accept this risk until" in card.again().shown
    assert "it needs someone of Security" in card.again().shown
    assert await world.rows(t.acceptance) == []
    assert (await world.rows(t.cases))[0].state == "open"

    await world.press("payments", "Old cipher", "Approve…", by="ben")
    await told(world, "ben", "this needs someone of Security")
    question = await form_after(world, "Old cipher", "Approve…", by="sue")
    assert "It is reachable from the office only." in question.shown
    await world.submit(question, by="sue")

    await world.card("payments", "accepted this risk until")
    (accepted,) = await world.rows(t.acceptance)
    assert (accepted.person, accepted.approved_by) == ("ana", "sue")
    assert accepted.control == "It is reachable from the office only."
    assert (await world.rows(t.cases))[0].state == "accepted"


async def test_a_no_leaves_it_open(world: World) -> None:
    await asks_to_accept(world, by="ana")
    form = await form_after(world, "Old cipher", "Deny…", by="sue")
    await world.submit(form, by="sue", reason="The cipher can be switched off today.")

    await world.said_in_thread("payments", "Old cipher", "denied what Ana Sousa asked for: The cipher can be")
    assert await world.rows(t.acceptance) == []
    assert (await world.rows(t.cases))[0].state == "open"


async def test_it_can_be_taken_back(world: World) -> None:
    await asks_to_accept(world, by="ana")
    await world.press("payments", "Old cipher", "Withdraw", by="ana")
    await world.said_in_thread("payments", "Old cipher", "withdrew the question for approval")
    assert [row.state for row in await world.rows(t.approval)] == ["withdrawn"]


async def test_nobody_answers_and_it_stays_open(world: World) -> None:
    await asks_to_accept(world, by="ana")
    await world.later(hours=25)
    await world.said_in_thread("payments", "Old cipher", "Silence is a no")
    assert await world.rows(t.acceptance) == []
