"""Someone is asked to take a case, sees all that it affects, and finds that an old button tells how things stand."""

from __future__ import annotations

import asyncio

from bot.store import tables as t
from tests.stories.world import World

HOST = {"id": "shop-1", "type": "host"}


async def private(world: World, to: str, words: str) -> str:
    """The private message to someone that says these words, whole."""

    def look() -> str | None:
        found = [m.shown + m.text for m in world.slack.private(to=to) if words in m.shown + m.text]
        return found[-1] if found else None

    said: str = await world.eventually(look, f"{words!r} to {to}")
    return said


async def test_ana_asks_ben_who_is_called_in_the_thread_and_takes_it(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", resource=HOST)
    await world.press("payments", "Old kernel", "Assign…", by="ana")
    form = await world.form("ana", "Who takes it?")
    assert [option["value"] for option in form.content["blocks"][-1]["element"]["options"]] == ["ana", "ben"]
    await world.submit(form, by="ana", person="ben")

    await world.said_in_thread("payments", "Old kernel", "assigned it to Ben Okoro. <@U0BEN>")
    await world.card("payments", "open, assigned to Ben Okoro")
    await world.press("payments", "Old kernel", "I'm on it", by="ben")
    await world.card("payments", "acknowledged, by Ben Okoro")

    await asyncio.to_thread(lambda: world.slack.command("/suture", "assign S-1 <@U0ANA|ana>", by="U0BEN"))
    await world.card("payments", "open, assigned to Ana Sousa")
    assert [(row.who, row.detail["assignee"]) for row in await world.rows(t.audit) if row.act == "assign"] == [
        ("ana", "ben"),
        ("ben", "ana"),
    ]


async def test_who_may_not_be_on_it_is_not_asked_to_be(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", resource=HOST)
    await world.card("payments", "Old kernel")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "assign S-1 sue", by="U0BEN"))
    await private(world, "U0BEN", "'sue' is nobody who could take this case; choose one of ana, ben")
    await asyncio.to_thread(lambda: world.slack.command("/suture", "assign S-1 ben", by="U0SUE"))
    await private(world, "U0SUE", "Who could: Ana Sousa, Ben Okoro")
    assert (await world.rows(t.cases))[0].assignee == ""


async def test_all_that_is_affected_is_shown_to_who_asks_and_leaves_no_trace(world: World) -> None:
    for number in range(1, 9):
        await world.alert(title="Heartbleed", rule="CVE-2014-0160", resource={"id": f"shop-{number}", "type": "host"})
    await world.card("payments", "+ 3 more")
    await world.press("payments", "Heartbleed", "Show affected", by="sue")

    shown = await private(world, "U0SUE", "8 affected")
    assert all(f"shop-{number}" in shown for number in range(1, 9))
    assert "/cases/S-1/affected" in shown
    assert await world.rows(t.click) == []
    assert await world.rows(t.audit) == []


async def test_a_fixed_case_has_no_buttons_and_an_old_one_says_how_it_stands(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", resource=HOST)
    card = await world.card("payments", "Old kernel")
    await world.alert(title="Old kernel", rule="r-1", resource=HOST, status="resolved")
    fixed = await world.card("payments", "FIXED")
    assert fixed.buttons == []

    for label in ("I'm on it", "Assign…", "Show affected", "Accept risk…"):
        before = len(await asyncio.to_thread(world.slack.private, "U0ANA"))
        pressed = await asyncio.to_thread(lambda label=label: card.button(label).press("U0ANA", as_seen=True))
        assert pressed.acknowledged

        def answer(before: int = before) -> str:
            return "".join(m.shown for m in world.slack.private("U0ANA")[before:])

        assert "Too late for that: S-1 is FIXED" in await world.eventually(answer, f"an answer to {label}")


async def test_a_button_that_is_late_says_who_was_faster(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-1", resource=HOST)
    seen = await world.card("payments", "Old kernel")
    await world.press("payments", "Old kernel", "I'm on it", by="ben")
    await asyncio.to_thread(lambda: seen.button("I'm on it").press("U0ANA", as_seen=True))
    await private(world, "U0ANA", "Too late for that: S-1 is acknowledged, by Ben Okoro")
    assert (await world.rows(t.cases))[0].assignee == "ben"
