"""Where policy wants a second person: asked once in one place, bound to the plan, and never answered by who asked."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.stories.fixing import asks_to_fix, change_the_group, form_after, told
from tests.stories.open_port import rules_of
from tests.stories.policies import THREE, TWO
from tests.stories.world import World


@pytest.fixture
def policy() -> str:
    return TWO


async def test_another_person_says_yes_and_it_runs(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    card = await world.card("payments", "Waits for approval.")
    assert "it needs one other person until" in card.again().shown
    assert "hours" not in card.again().shown  # the card stands there until something happens: a distance would go stale
    assert len(rules_of(world, open_group)) == 1

    question = await form_after(world, open_group, "Approve…", by="ben")
    assert "Ana Sousa" in question.shown
    assert "0.0.0.0/0" in question.shown
    await world.submit(question, by="ben")

    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []
    card = await world.card("payments", "MITIGATED")
    assert "approved by Ben Okoro" in card.again().shown
    (run,) = await world.rows(t.run)
    assert run.person == "ana"
    assert await answers_in_the_trail(world) == [("yes", "")]


async def test_nobody_approves_what_they_asked_for_under_whichever_name(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")

    for self in ("ana", "ana, as her other self"):
        await world.press("payments", open_group, "Approve…", by=self)
        await told(world, self, "nobody approves what they asked for themselves. Who could: Ben Okoro, Sue Lind.")
    assert await world.rows(t.voice) == []
    assert await world.rows(t.run) == []


async def test_fifty_yeses_are_one_run(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    question = await form_after(world, open_group, "Approve…", by="ben")

    await asyncio.gather(*(world.submit(question, by="ben") for _ in range(50)), return_exceptions=True)
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert len(await world.rows(t.run)) == 1
    assert len(await world.rows(t.voice)) == 1


async def test_a_no_tells_whoever_asked_why(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    question = await form_after(world, open_group, "Deny…", by="sue")
    await world.submit(question, by="sue", reason="The contractor works until Friday.")

    await world.said_in_thread("payments", open_group, "denied what Ana Sousa asked for: The contractor works")
    card = await world.card("payments", open_group)
    assert "Waits for approval." not in card.again().shown
    assert await world.rows(t.run) == []
    assert await answers_in_the_trail(world) == [("no", "The contractor works until Friday.")]


async def answers_in_the_trail(world: World) -> list[tuple[str, str]]:
    """(yes or no, why not) of each."""
    told = [row.detail for row in await world.rows(t.audit) if (row.act, row.outcome) == ("approve", "done")]
    return [(detail["answer"], detail.get("reason", "")) for detail in told]


async def test_silence_is_a_no(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")

    await world.later(hours=25)
    await world.said_in_thread("payments", open_group, "Silence is a no; nothing was changed.")
    (asked,) = await world.rows(t.approval)
    assert asked.state == "expired"
    assert len(rules_of(world, open_group)) == 1


async def test_the_question_can_be_taken_back(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    await world.press("payments", open_group, "Withdraw", by="ana")

    await world.said_in_thread("payments", open_group, "withdrew the question for approval")
    assert [row.state for row in await world.rows(t.approval)] == ["withdrawn"]


async def test_a_plan_that_reads_otherwise_makes_the_question_void(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    await asyncio.to_thread(change_the_group, world, open_group)

    (asked,) = await world.rows(t.approval)
    await world.work("remediate.plan", asked.case_id, asked.fix, "ana", {})
    await world.said_in_thread("payments", open_group, "The plan changed, so the question for approval is void")
    assert [row.state for row in await world.rows(t.approval)] == ["void"]


async def test_what_changed_after_the_yes_is_left_alone(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    question = await form_after(world, open_group, "Approve…", by="ben")
    await asyncio.to_thread(change_the_group, world, open_group)
    await world.submit(question, by="ben")

    await world.said_in_thread("payments", open_group, "it has changed since the plan was read; nothing was changed")
    assert len(rules_of(world, open_group)) == 1


async def test_a_second_question_on_one_case_has_to_wait(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    card = await world.card("payments", "Waits for approval.")
    labels = [button.label for button in card.again().buttons]
    assert "Fix now…" not in labels
    assert {"Approve…", "Deny…"} <= set(labels)
    assert len(await world.rows(t.approval)) == 1


class TestThreePeople:
    """The highest level: one of the owning team and one of the security team, both other than who asked."""

    @pytest.fixture
    def policy(self) -> str:
        return THREE

    async def test_one_of_each_team(self, world: World, open_group: str) -> None:
        await asks_to_fix(world, open_group, by="ana")
        card = await world.card("payments", "Waits for approval.")
        assert "it needs someone of Payments and someone of Security" in card.again().shown

        await world.submit(await form_after(world, open_group, "Approve…", by="ben"), by="ben")
        await world.said_in_thread("payments", open_group, "approved; still wanted: someone of Security.")
        assert await world.rows(t.run) == []

        await world.submit(await form_after(world, open_group, "Approve…", by="sue"), by="sue")
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
        assert rules_of(world, open_group) == []
