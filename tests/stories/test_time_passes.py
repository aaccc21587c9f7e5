"""What was decided ends by itself, and what nobody decides is not forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.store import tables as t
from bot.web.routes import inbox_of
from connectors.contract.message import Command, Identity, ReplyTo
from tests.stories.world import World

HOST = {"id": "shop-1", "type": "host"}


async def test_a_snooze_ends_and_the_case_is_open_again(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-1", severity="low", resource=HOST)
    await world.press("payments", "Old cipher", "Snooze…", by="ben")
    form = await world.form("ben", "Quiet for")
    await world.submit(form, by="ben", span="4h")
    await world.card("payments", "Snoozed until")

    world.clock.pass_by(hours=4, minutes=1)
    await world.said_in_thread("payments", "Old cipher", "The snooze has ended; this is open again.")
    assert [row.state for row in await world.rows(t.cases)] == ["open"]


async def accept(world: World, days: int) -> None:
    """Ana accepts the risk for so many days."""
    await world.press("payments", "Old cipher", "Accept risk…", by="ana")
    form = await world.form("ana", "Accept risk")
    until = (world.clock() + timedelta(days=days)).date()
    await world.submit(form, by="ana", reason="The host is switched off next week.", until=str(until))
    await world.card("payments", "accepted this risk until")


async def test_an_accepted_risk_ends_at_its_date_and_says_so(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-2", severity="low", resource=HOST)
    await world.press("payments", "Old cipher", "Accept risk…", by="ana")
    form = await world.form("ana", "Accept risk")
    until = (world.clock() + timedelta(days=7)).date()
    await world.submit(form, by="ana", reason="The host is switched off next week.", until=str(until))
    await world.card("payments", "accepted this risk until")

    world.clock.pass_by(days=9)
    await world.said_in_thread("payments", "Old cipher", "The risk acceptance has ended; this is open again.")
    (accepted,) = await world.rows(t.acceptance)
    assert accepted.end_reason == "its date was reached"
    assert [row.state for row in await world.rows(t.cases)] == ["open"]


async def test_a_week_before_it_ends_its_signer_is_asked_and_may_renew(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-5", severity="low", resource=HOST)
    await accept(world, days=30)
    world.clock.pass_by(days=24)
    await world.said_in_thread("payments", "Old cipher", "renew it, or it opens again.")
    assert await asyncio.to_thread(mentions_of_ana, world) == 1

    until = (world.clock() + timedelta(days=20)).date()
    words = f"accept S-1 {until} The host is switched off a little later."
    actor = Identity("console", "ana", "Ana")
    command = Command(actor=actor, words=words, key="renewal-1", reply=ReplyTo("console"))
    await inbox_of(world.wiring).command(command)  # Slack's own clock has not moved, so Ana is at the console
    await world.said_in_thread("payments", "Old cipher", "renewed the acceptance of the risk until")
    first, second = await world.rows(t.acceptance)
    assert (first.end_reason, second.end_reason) == ("renewed by ana", "")
    assert [row.state for row in await world.rows(t.cases)] == ["accepted"]


async def test_an_accepted_risk_is_void_when_it_becomes_more_urgent(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-3", kind="detection", severity="low", resource=HOST)
    await world.press("payments", "Old cipher", "Accept risk…", by="ana")
    form = await world.form("ana", "Accept risk")
    until = (world.clock() + timedelta(days=7)).date()
    await world.submit(form, by="ana", reason="It is only a test machine.", until=str(until))
    await world.card("payments", "accepted this risk until")

    await world.alert(title="Old cipher", rule="r-3", kind="detection", severity="critical", resource=HOST)
    await world.said_in_thread("payments", "Old cipher", "No longer accepted, because the facts changed")


async def test_what_is_overdue_is_said_in_the_thread_and_then_to_the_lead_each_once(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-4", kind="detection", severity="critical", resource=HOST)
    await world.card("payments", "Old cipher")
    (case,) = await world.rows(t.cases)

    world.clock.pass_by(seconds=(case.due_at - world.clock()).total_seconds() + 60)
    await world.said_in_thread("payments", "Old cipher", "Overdue: it was due")
    assert "<@U0ANA>" not in await world.thread("payments", "Old cipher")
    await world.card("payments", "Overdue.")

    world.clock.pass_by(hours=5)
    await world.said_in_thread("payments", "Old cipher", "Ana Sousa, you lead Payments: please decide.")
    assert await asyncio.to_thread(mentions_of_ana, world) == 1

    world.clock.pass_by(days=3)
    await world.alert(title="Old cipher", rule="r-4", kind="detection", severity="high", resource=HOST)
    lines = [row.text for row in await world.rows(t.history) if row.text.startswith("Overdue")]
    assert len(lines) == 2


def mentions_of_ana(world: World) -> int:
    """How many lines of the thread reach Ana."""
    card = next(m for m in world.channel("payments").messages() if "Old cipher" in m.text)
    return sum("<@U0ANA>" in str(reply.blocks) for reply in card.again().replies)
