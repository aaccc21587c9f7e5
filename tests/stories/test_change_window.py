"""Outside its change window a fix waits in the queue and says when it goes; what is attacked now takes one more yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.store import tables as t
from tests.stories.fixing import asks_to_fix, form_after, plan_of, told
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import windowed
from tests.stories.world import World


def _in_two_days() -> str:
    """Cron of a window that is not open today, nor tomorrow."""
    day = datetime.now().astimezone() + timedelta(days=2)
    return f"0 3 {day.day} {day.month} *"


@pytest.fixture
def policy() -> str:
    return windowed("L1", _in_two_days())


async def test_it_waits_and_goes_when_the_window_opens(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    card = await world.card("payments", "In the queue.")
    (run,) = await world.rows(t.run)
    assert f"goes {run.opens_at:%Y-%m-%d} 03:00 UTC" in card.again().shown
    assert len(rules_of(world, open_group)) == 1

    await world.later(seconds=(run.opens_at - world.clock()).total_seconds() + 60)
    await world.said_in_thread("payments", open_group, "The change window is open: the queued fix starts now.")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []


async def test_it_can_be_taken_out_of_the_queue(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "In the queue.")
    await world.press("payments", open_group, "Take out of the queue", by="ben")

    await world.said_in_thread("payments", open_group, "took the fix out of the queue; nothing was changed")
    assert [row.state for row in await world.rows(t.run)] == ["cancelled"]
    await world.card("payments", "Fix now…")


async def test_what_its_owner_closed_meanwhile_is_not_fixed_again(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "In the queue.")
    (run,) = await world.rows(t.run)
    await world.alert(**open_port(open_group), status="resolved")

    await world.later(seconds=(run.opens_at - world.clock()).total_seconds() + 60)
    await world.said_in_thread("payments", open_group, "The queued fix is off: the case is fixed by now.")
    assert len(rules_of(world, open_group)) == 1


async def test_breaking_the_glass_is_named_reasoned_and_loud(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "In the queue.")
    await world.press("payments", open_group, "Break glass…", by="ana")
    await told(world, "ana", "Who could: Sue Lind")

    form = await form_after(world, open_group, "Break glass…", by="sue")
    await world.submit(form, by="sue", reason="We see log-ins from outside on it right now.")
    await world.said_in_thread("payments", open_group, "BROKE THE GLASS and started the queued fix.")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    loud = await world.card("security", open_group)
    assert "Sue Lind broke the glass: We see log-ins" in loud.again().shown
    assert rules_of(world, open_group) == []


async def test_what_is_attacked_now_takes_one_more_yes_instead_of_the_window(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group, kind="detection", severity="critical", title="Log-ins from outside"))
    plan = await plan_of(world, open_group, by="ana")
    await world.submit(plan, by="ana")

    card = await world.card("payments", "Waits for approval.")
    assert "it needs one other person" in card.again().shown
    await world.submit(await form_after(world, open_group, "Approve…", by="ben"), by="ben")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []


async def test_what_became_urgent_in_the_queue_does_not_go_outside_the_window_on_the_old_yes(
    world: World, open_group: str
) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "In the queue.")
    (run,) = await world.rows(t.run)
    await world.alert(**open_port(open_group, kind="detection", severity="critical"))

    await world.later(seconds=(run.opens_at - world.clock()).total_seconds() + 7200)  # nobody worked all the while
    await world.said_in_thread(
        "payments", open_group, "The queued fix is off: it needs the yes of one other person by now"
    )
    assert [row.state for row in await world.rows(t.run)] == ["cancelled"]
    assert len(rules_of(world, open_group)) == 1


class TestAWindowThatCloses:
    """It is open when the question is asked, and closed when the yes comes."""

    @pytest.fixture
    def policy(self) -> str:
        began = datetime.now(UTC) - timedelta(minutes=57)
        return windowed("L2", f"{began.minute} {began.hour} * * *")

    async def test_takes_one_more_yes(self, world: World, open_group: str) -> None:
        await world.alert(**open_port(open_group, kind="detection", severity="critical"))
        await world.submit(await plan_of(world, open_group, by="ana"), by="ana")
        card = await world.card("payments", "Waits for approval.")
        assert "it needs one other person" in card.again().shown

        question = await form_after(world, open_group, "Approve…", by="ben")
        world.clock.pass_by(minutes=4)
        await world.submit(question, by="ben")
        await world.said_in_thread("payments", open_group, "approved; still wanted: someone of Security.")
        assert await world.rows(t.run) == []

        await world.submit(await form_after(world, open_group, "Approve…", by="sue"), by="sue")
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
