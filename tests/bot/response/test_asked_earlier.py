"""A yes, or the opening of a window, comes later than the question: what holds is what the policy says by then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.policy import Act
from bot.model.priority_tables import Priority
from bot.response.asked import Outcome
from bot.store import tables as t
from bot.wiring import settings_of, wire
from tests.bot.response.asking import TEAMS, Asking, done, settings_with
from tests.databases import Clock

RULES = """
rules:
  - {who: anyone, acts: [view, fix, undo, approve, stop, accept-risk], environments: any, fixes: any}
security_team: security
"""
NIGHTS = 'windows: [{environments: any, cron: "0 8 * * *", lasts: 70m}]\n'  # the clock stands at 9:00
ANA_HAS_LEFT = TEAMS.replace("  - {id: ana, name: Ana Sousa, console: true}\n", "").replace("lead: ana", "lead: ben")


def levels(level: str) -> str:
    return f"levels: [{{environments: any, level: {level}}}]\n"


@pytest.fixture
async def asking(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Asking]:
    (tmp_path / "none").mkdir()
    wiring = wire(settings_of(str(tmp_path / "none"), {"DATABASE_URL": database_url}), {}, clock=clock)
    await wiring.engine.start(worker=False)
    yield Asking(wiring, clock, settings_with(tmp_path / "asked", RULES + levels("L2") + NIGHTS))
    await wiring.engine.stop(grace=1)
    await wiring.close()


async def ask(asking: Asking) -> str:
    """Ana confirms the plan; returns the question's id."""
    assert "asked for approval" in done(await asking.press("ana", Act.FIX, plan="plan-1"))
    (question,) = await asking.rows(t.approval)
    return str(question.id)


async def test_a_window_that_closed_since_the_question_takes_one_more_yes(asking: Asking, clock: Clock) -> None:
    await asking.file(Priority.IMMEDIATE)
    question = await ask(asking)
    clock.advance(minutes=20)

    line = done(await asking.press("ben", Act.APPROVE, approval=question))
    assert line == "approved; still wanted: someone of Security."
    assert await asking.rows(t.run) == []
    assert "needs the yes of two others, one of the owning team and one of the security team" in await asking.lines()
    (row,) = await asking.rows(t.approval)
    assert row.level == 3

    assert "approved, and so started the fix" in done(await asking.press("sue", Act.APPROVE, approval=question))


async def test_inside_the_window_the_yes_that_was_asked_for_is_enough(asking: Asking) -> None:
    await asking.file(Priority.IMMEDIATE)
    question = await ask(asking)
    assert "approved, and so started the fix" in done(await asking.press("ben", Act.APPROVE, approval=question))


async def test_a_policy_that_wants_more_by_now_is_heeded(asking: Asking, tmp_path: Path) -> None:
    await asking.file(Priority.SCHEDULED)
    question = await ask(asking)
    asking.settings = settings_with(tmp_path / "stricter", RULES + levels("L3"))

    assert "still wanted: someone of Security" in done(await asking.press("ben", Act.APPROVE, approval=question))
    assert await asking.rows(t.run) == []


async def test_nothing_runs_for_somebody_who_has_left(asking: Asking, tmp_path: Path) -> None:
    await asking.file(Priority.SCHEDULED)
    question = await ask(asking)
    asking.settings = settings_with(tmp_path / "left", RULES + levels("L2"), ANA_HAS_LEFT)

    refused = await asking.press("ben", Act.APPROVE, approval=question)
    assert (refused.outcome, await asking.rows(t.run)) == (Outcome.INVALID, [])
    assert "ana, who asked, is in config/teams.yaml no more" in refused.why
    assert "denied" in done(await asking.press("ben", Act.APPROVE, approval=question, verdict="deny"))


async def test_a_question_about_what_is_fixed_by_now_is_void(asking: Asking) -> None:
    await asking.file(Priority.SCHEDULED)
    await ask(asking)
    await asking.sweep()
    assert [row.state for row in await asking.rows(t.approval)] == ["waiting"]

    await asking.change_case(state="fixed", open_findings=0)
    await asking.sweep()
    assert [row.state for row in await asking.rows(t.approval)] == ["void"]
    assert "The question for approval is void: the case is fixed by now." in await asking.lines()


class TestInTheQueue:
    """The run waits for tomorrow's window."""

    @pytest.fixture
    async def queued(self, asking: Asking, tmp_path: Path, clock: Clock) -> Asking:
        clock.advance(hours=3)
        asking.settings = settings_with(tmp_path / "alone", RULES + levels("L1") + NIGHTS)
        await asking.file(Priority.SCHEDULED)
        assert "queued the fix" in done(await asking.press("ana", Act.FIX, plan="plan-1"))
        return asking

    async def state(self, asking: Asking) -> str:
        (run,) = await asking.rows(t.run)
        return str(run.state)

    async def test_it_goes_when_the_window_opens(self, queued: Asking, clock: Clock) -> None:
        clock.advance(hours=20, minutes=10)
        await queued.sweep()
        assert await self.state(queued) == "waiting"

    async def test_what_is_fixed_by_now_does_not_wait_for_the_window_to_be_taken_out(self, queued: Asking) -> None:
        await queued.sweep()
        assert await self.state(queued) == "queued"
        await queued.change_case(state="fixed", open_findings=0)
        await queued.sweep()
        assert await self.state(queued) == "cancelled"

    async def test_a_window_that_nobody_saw_open_lets_nothing_through_that_became_urgent(
        self, queued: Asking, clock: Clock
    ) -> None:
        await queued.change_case(priority=Priority.IMMEDIATE.rank)
        clock.advance(hours=23)
        await queued.sweep()
        assert await self.state(queued) == "cancelled"
        assert "it needs the yes of one other person by now" in await queued.lines()

    async def test_a_policy_that_wants_a_second_person_by_now_is_heeded(
        self, queued: Asking, clock: Clock, tmp_path: Path
    ) -> None:
        queued.settings = settings_with(tmp_path / "stricter", RULES + levels("L2") + NIGHTS)
        clock.advance(hours=20, minutes=10)
        await queued.sweep()
        assert await self.state(queued) == "cancelled"

    async def test_what_somebody_asked_for_who_has_left_is_taken_out(
        self, queued: Asking, clock: Clock, tmp_path: Path
    ) -> None:
        queued.settings = settings_with(tmp_path / "left", RULES + levels("L1") + NIGHTS, ANA_HAS_LEFT)
        clock.advance(hours=20, minutes=10)
        await queued.sweep()
        assert await self.state(queued) == "cancelled"
        assert "ana, who asked for it, is in config/teams.yaml no more" in await queued.lines()


class TestAnAcceptedRisk:
    """Whose yes an acceptance needs, and how long it may be, follows from the priority."""

    @pytest.fixture
    async def asked(self, asking: Asking, tmp_path: Path) -> str:
        approvers = "acceptance_approved_by: {scheduled: payments, immediate: security}\n"
        asking.settings = settings_with(tmp_path / "risks", RULES + levels("L1") + approvers)
        await asking.file(Priority.SCHEDULED)
        longest = asking.settings.longest_risk_acceptance
        assert longest.of(Priority.SCHEDULED) > longest.of(Priority.IMMEDIATE) + timedelta(days=1)
        days = str(longest.of(Priority.SCHEDULED).days)
        assert "asks to accept the risk" in done(await asking.press("ana", Act.ACCEPT_RISK, days=days))
        (question,) = await asking.rows(t.approval)
        return str(question.id)

    async def test_what_is_more_urgent_by_now_is_not_accepted_on_the_old_terms(
        self, asking: Asking, asked: str
    ) -> None:
        await asking.change_case(priority=Priority.IMMEDIATE.rank)
        refused = await asking.press("ben", Act.APPROVE, approval=asked)
        assert "it is immediate by now, whose terms are others" in refused.why
        assert await asking.rows(t.acceptance) == []

    async def test_on_the_same_terms_it_is(self, asking: Asking, asked: str) -> None:
        assert "Ana Sousa accepts the risk" in done(await asking.press("ben", Act.APPROVE, approval=asked))
