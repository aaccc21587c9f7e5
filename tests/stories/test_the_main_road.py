"""A real alert becomes a proven fix: in, told, pressed, changed, proved, undone, written down."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from bot.store import tables as t
from bot.store.audit import Verified, verify
from tests.stories.conftest import open_group
from tests.stories.open_port import open_port, rules_of
from tests.stories.world import World

__all__ = ["open_group", "open_port", "rules_of"]  # the story in a browser begins with the same


async def test_an_open_port_is_closed_by_a_press_and_opened_again_by_undo(world: World, open_group: str) -> None:
    said = await world.alert(**open_port(open_group))
    assert said["new"] == 1

    pressed = await world.press("payments", open_group, "Fix now…", by="ana")
    assert pressed.acknowledged
    plan = await world.form("ana", "0.0.0.0/0")
    assert "operational risk" in plan.shown
    await world.submit(plan, by="ana")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")

    assert rules_of(world, open_group) == []
    card = await world.card("payments", "MITIGATED")
    assert "Undo…" in [button.label for button in card.again().buttons]

    await world.press("payments", "MITIGATED", "Undo…", by="ana")
    undo = await world.form("ana", "exactly as it was found")
    await world.submit(undo, by="ana")
    await world.said_in_thread("payments", open_group, "Undone and verified")

    assert rules_of(world, open_group) == [{"CidrIp": "0.0.0.0/0", "Description": "for the contractor"}]
    async with world.wiring.store.read() as connection:
        trail = await verify(connection)
    assert isinstance(trail, Verified)
    acts = [(row.who, row.act, row.outcome) for row in await world.rows(t.audit)]
    assert ("ana", "fix", "done") in acts
    assert ("suture", "apply ended", "done") in acts
    assert ("suture", "undo ended", "undone") in acts


async def test_who_may_not_fix_is_told_who_could(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group))

    await world.press("payments", open_group, "Fix now…", by="ben")

    refused = await world.eventually(
        lambda: [m for m in world.slack.private(to="U0BEN") if "Ana Sousa" in m.shown + m.text], "a refusal for ben"
    )
    assert refused
    assert len(rules_of(world, open_group)) == 1


async def test_a_double_press_on_a_plan_is_one_run(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group))
    await world.press("payments", open_group, "Fix now…", by="ana")
    plan = await world.form("ana", "0.0.0.0/0")

    await asyncio.gather(*(world.submit(plan, by="ana") for _ in range(5)), return_exceptions=True)
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")

    assert len(await world.rows(t.run)) == 1


async def test_a_ticket_is_opened_once(world: World) -> None:
    assert world.jira is not None
    await world.alert(title="Heartbleed on shop-1", rule="CVE-2014-0160", resource={"id": "shop-1", "type": "host"})

    await world.press("payments", "Heartbleed", "Open ticket", by="ben")
    await world.said_in_thread("payments", "Heartbleed", "Ticket PAY-")
    await world.press("payments", "Heartbleed", "I'm on it", by="ben")

    assert len(world.jira.issues()) == 1


async def test_an_answer_that_slack_lost_is_looked_up_and_not_repeated(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.fault("drop_after", method="chat.postMessage", times=1))

    await world.alert(title="Lost answer", rule="r-1", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Lost answer")
    await world.alert(title="Another one", rule="r-2", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Another one")

    await world.all_told()
    shown = await asyncio.to_thread(world.channel("payments").messages)
    assert sum("Lost answer" in message.text for message in shown) == 1


async def test_an_accepted_risk_is_signed_and_ends_by_itself(world: World) -> None:
    await world.alert(title="Old cipher", rule="r-3", severity="low", resource={"id": "shop-1", "type": "host"})
    await world.press("payments", "Old cipher", "Accept risk…", by="ana")
    form = await world.form("ana", "Accept risk")
    until = date.today() + timedelta(days=7)  # noqa: DTZ011 - the form's own day
    await world.submit(form, by="ana", reason="The host is switched off next week.", until=str(until))

    await world.card("payments", "accepted this risk until")
    (accepted,) = await world.rows(t.acceptance)
    assert (accepted.person, accepted.reason) == ("ana", "The host is switched off next week.")


async def test_typed_words_are_answered_privately(world: World) -> None:
    await world.alert(title="Heartbleed on shop-1", rule="CVE-2014-0160", resource={"id": "shop-1", "type": "host"})
    await world.card("payments", "Heartbleed")

    for words, expected in (
        ("mine", "Heartbleed"),
        ("shwo S-1", "show"),
        ("help", "affected"),
        ("list payments", "Heartbleed"),
    ):
        await asyncio.to_thread(lambda w=words: world.slack.command("/suture", w, by="U0BEN"))
        answer = await world.eventually(
            lambda e=expected: [m for m in world.slack.private(to="U0BEN") if e in m.shown + m.text],
            f"an answer to {words}",
        )
        assert answer
