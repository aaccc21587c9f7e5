"""What the clock does to what was decided: reminders, ends, due dates; and to what waits in the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.freeze import Freeze
from bot.store import tables as t
from bot.store.freezes import begin_freeze
from bot.triage.rules import priority_of
from bot.work.queue import Queue
from bot.work.schedules import Schedules
from connectors.contract.finding import Severity, Status
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import finding
from tests.bot.work.conftest import Post


def queue_of(post: Post) -> Queue:
    wiring = post.console.wiring
    return Queue(wiring.store, wiring.engine, wiring.settings, wiring.fixes, post.clock)


def schedules_of(post: Post) -> Schedules:
    wiring = post.console.wiring
    return Schedules(wiring.store, wiring.engine, wiring.settings, post.clock, queue_of(post))


async def accepts(post: Post, days: int) -> None:
    """Ana accepts the risk of the one case for so many days."""
    await post.console.report(finding("pay-1"))
    until = (post.clock() + timedelta(days=days)).date()
    assert "Done" in await said(post.console, "ana", f"accept S-1 {until} it is switched off by then")


async def reminders(post: Post) -> int:
    await schedules_of(post).remind_of_ends()
    return sum("renew it, or it opens again" in row.text for row in await post.console.rows(t.history))


async def case_of(post: Post) -> Any:
    (case,) = await post.console.rows(t.cases)
    return case


async def test_an_acceptance_of_ten_days_is_announced_seven_days_before_its_end(post: Post) -> None:
    await accepts(post, days=10)
    post.clock.advance(days=2)
    assert await reminders(post) == 0
    post.clock.advance(days=2)
    assert await reminders(post) == 1
    assert await reminders(post) == 1


async def test_one_of_five_days_is_announced_too_but_not_on_its_first_day(post: Post) -> None:
    await accepts(post, days=5)
    assert await reminders(post) == 0
    post.clock.advance(days=1, minutes=1)
    assert await reminders(post) == 1


async def test_nobody_is_late_from_the_days_in_which_the_risk_was_accepted(post: Post) -> None:
    await accepts(post, days=20)
    post.clock.advance(days=22)
    await schedules_of(post).end_decisions()

    case = await case_of(post)
    assert (case.state, case.overdue_told) == ("open", 0)
    span = post.console.wiring.settings.due.of(priority_of(case.priority))
    assert case.due_at == post.clock() + span
    await schedules_of(post).tell_overdue()
    assert not [row for row in await post.console.rows(t.history) if row.text.startswith("Overdue")]


async def test_nor_when_the_acceptance_ends_because_the_facts_changed(post: Post) -> None:
    await accepts(post, days=20)
    first = (await case_of(post)).due_at
    post.clock.advance(days=15)
    await post.console.report(finding("pay-1", severity=Severity.CRITICAL, world_open=True))

    case = await case_of(post)
    assert case.state == "open"
    assert case.due_at > max(first, post.clock())


async def test_a_snooze_does_not_move_the_due_date(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    first = (await case_of(post)).due_at
    assert "Done" in await said(post.console, "ana", "snooze S-1 4h not before lunch")
    post.clock.advance(hours=5)
    await schedules_of(post).end_decisions()

    case = await case_of(post)
    assert (case.state, case.due_at) == ("open", first)


async def test_a_lead_hears_four_hours_after_the_team_also_when_the_date_passed_in_a_snooze(post: Post) -> None:
    await post.console.report(finding("pay-1"))
    assert "Done" in await said(post.console, "ana", "snooze S-1 3d")
    post.clock.advance(days=200)
    await schedules_of(post).end_decisions()

    async def told() -> int:
        await schedules_of(post).tell_overdue()
        return sum(row.text.startswith("Overdue: it was due") for row in await post.console.rows(t.history))

    assert [await told(), await told()] == [1, 1]
    post.clock.advance(hours=4)
    assert [await told(), await told()] == [2, 2]


async def test_what_its_tool_lost_sight_of_and_sees_again_stays_accepted_and_wakes_nobody(post: Post) -> None:
    await accepts(post, days=10)
    until = (await case_of(post)).until
    await post.console.report(finding("pay-1", status=Status.RESOLVED))
    assert (await case_of(post)).state == "fixed"

    await post.console.report(finding("pay-1"))
    case = await case_of(post)
    assert (case.state, case.decision, case.until, case.regressed) == ("accepted", "accepted", until, False)
    line = (await post.console.rows(t.history))[-1]
    assert "reported again after it was fixed; it stays accepted until" in line.text
    assert not line.aloud

    post.clock.advance(days=12)
    await schedules_of(post).end_decisions()
    assert (await case_of(post)).state == "open"


async def test_a_snoozed_case_that_flaps_sleeps_on_and_an_acknowledged_one_is_open_again(post: Post) -> None:
    await post.console.report(finding("pay-1"), finding("pay-1", "CVE-2020-1"))
    assert "Done" in await said(post.console, "ana", "snooze S-1 4h")
    assert "Done" in await said(post.console, "ana", "ack S-2")
    for status in (Status.RESOLVED, Status.OPEN):
        both = (finding("pay-1", status=status), finding("pay-1", "CVE-2020-1", status=status))
        await post.console.report(*both)

    first, second = sorted(await post.console.rows(t.cases), key=lambda row: row.id)
    assert (first.state, second.state, second.decision) == ("snoozed", "regressed", "")


async def test_the_end_of_an_acceptance_says_nothing_of_what_is_fixed_by_then(post: Post) -> None:
    await accepts(post, days=10)
    await post.console.report(finding("pay-1", status=Status.RESOLVED))
    post.clock.advance(days=5)
    assert await reminders(post) == 0
    post.clock.advance(days=7)
    await schedules_of(post).end_decisions()

    case = await case_of(post)
    assert (case.state, case.decision) == ("fixed", "")
    assert not any("open again" in row.text for row in await post.console.rows(t.history))
    assert [row.end_reason for row in await post.console.rows(t.acceptance)] == ["its date was reached"]

    await post.console.report(finding("pay-1"))
    assert (await case_of(post)).state == "regressed"


async def test_runs_that_a_freeze_holds_do_not_hide_those_that_may_go(post: Post) -> None:
    held = 60
    frozen = Freeze(environment="production", person="ana", reason="the release goes out", at=post.clock())
    async with post.console.wiring.store.write() as connection:
        await begin_freeze(connection, frozen)
        for number in range(held + 1):
            for insert, row in _queued(post, number, "production" if number < held else "staging"):
                await connection.execute(insert, [row])
    queue = queue_of(post)
    for _ in range(3):
        await queue.sweep()

    runs = {row.id: row for row in await post.console.rows(t.run)}
    assert all(row.reason for row in runs.values() if row.state == "queued")
    assert runs[f"run-{held:03}"].state != "queued"


def _queued(post: Post, number: int, environment: str) -> list[tuple[sa.Insert, dict[str, Any]]]:
    """A case, its plan, and its run that was to go by now."""
    now, of = post.clock(), {"case_id": number + 1, "fix": "aws.close-open-port", "at": post.clock()}
    case = {"owner": "payments", "environment": environment, "problem": f"p-{number}", "owner_why": "made"}
    case |= {"kind": "compliance", "title": "made", "sentence": "made", "state": "open"}
    counts: dict[str, Any] = {"severity": 4, "priority": 2, "open_findings": 1, "total_findings": 1, "seen_at": now}
    plan = of | {"id": f"plan-{number:03}", "digest": "d", "person": "ana", "documents": []}
    run = of | {"id": f"run-{number:03}", "plan_id": f"plan-{number:03}", "kind": "apply", "person": "ana"}
    return [
        (t.cases.insert(), case | counts),
        (t.plan.insert(), plan),
        (t.run.insert(), run | {"allowed_by": "made", "state": "queued", "opens_at": now}),
    ]
