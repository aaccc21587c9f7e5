"""Asking other people for their yes to one plan, and taking the question back. approve.py is where they answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.model.approval import ApprovalState, Voice, speakers, wanted
from bot.model.levels import LEVEL_WORDS, Level
from bot.model.policy import Act, may_act
from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import Ask
from bot.response.fresh_sign_in import asks_before
from bot.response.proposal import proposal_of
from bot.store.approvals import approval_by_id, end_approval, raise_level
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tables import approval
from bot.store.tables import plan as plans
from bot.triage.rules import priority_of
from bot.views.counts import counted
from bot.views.times import at_minute

PLAN = "plan"


async def ask(asked: Asked, desk: Desk, plan: Any, needed: Ask) -> Asked:
    """Write the question down: once for a plan, said in the thread, answered by buttons of the card."""
    assert asked.person is not None
    lasts = desk.settings.policy.approval_lasts[priority_of(asked.case["priority"])]
    approval_id = f"approval-{plan.id.removeprefix('plan-')}"
    if await approval_by_id(desk.connection, approval_id) is not None:
        return invalid(asked, "that plan was asked for before; press Fix now… to read a new one")
    row = {
        "id": approval_id,
        "case_id": asked.case["id"],
        "kind": PLAN,
        "subject": plan.id,
        "fix": plan.fix,
        "digest": plan.digest,
        "level": int(needed.level),
        "why": needed.why,
        "requester": asked.person.id,
        "state": ApprovalState.WAITING.value,
        "at": asked.now,
        "expires_at": asked.now + lasts,
    }
    await desk.connection.execute(approval.insert(), [row])
    missing = " and ".join(missing_of(asked, desk, needed.level, asked.person.id, ()))
    targets = counted(sum(bool(document["changes"]) for document in plan.documents), "target")
    title = desk.fixes[plan.fix].title
    line = (
        f"asked for approval: {title}, on {targets}. It needs the yes of {missing} "
        f"until {at_minute(asked.now + lasts)} ({needed.why})."
    )
    detail = {"approval": approval_id, "plan": plan.id, "digest": plan.digest, "level": needed.level.name}
    calls = whom_to_call(asked, desk, plan.fix)
    return replace(asked, outcome=Outcome.DONE, line=line, detail=detail, calls=calls)


async def as_needed_now(asked: Asked, desk: Desk, row: Any) -> Any:
    """The question (its row), raised to what policy asks for by now: its change window may have closed since, its
    case may be more urgent, the policy another. It never needs less than when it was asked."""
    if row.kind != PLAN:
        return row
    of_plan = (await desk.connection.execute(sa.select(plans).where(plans.c.id == row.subject))).one()
    wanted_now = await proposal_of(desk.connection, asked.case, of_plan, desk.fixes)
    needed = await asks_before(desk.connection, desk.settings.policy, wanted_now, asked.now)
    if needed.level <= row.level:
        return row
    await raise_level(desk.connection, row.id, needed.level, needed.why)
    text = f"The fix that waits for approval needs {LEVEL_WORDS[needed.level]} by now ({needed.why})."
    called = whom_to_call(asked, desk, row.fix)
    await add_lines(desk.connection, [Line(asked.case["id"], asked.now, "", text, calls=called)])
    await raise_case(desk.connection, desk.engine, asked.case["id"], asked.case["priority"], alone=True)
    return await approval_by_id(desk.connection, row.id)


async def withdraw(asked: Asked, desk: Desk) -> Asked:
    """The question is taken back by whoever could ask it."""
    approval_id = str(asked.arguments["withdraw"])
    row = await approval_by_id(desk.connection, approval_id)
    if row is None or row.case_id != asked.case["id"]:
        return invalid(asked, "there is no such question")
    why = f"withdrawn by {asked.person.name if asked.person else 'nobody'}"
    if not await end_approval(desk.connection, approval_id, ApprovalState.WITHDRAWN, why, asked.now):
        return invalid(asked, f"that question is {row.state} already")
    line = "withdrew the question for approval; nothing was changed."
    return replace(asked, outcome=Outcome.DONE, line=line, detail={"approval": approval_id})


def whom_to_call(asked: Asked, desk: Desk, fix: str, team: str = "") -> str:
    """One person whom the line is to reach: the owner's lead, else security's, else whoever may approve first.

    ``team``: only its people can answer."""
    people, policy, case = desk.settings.people, desk.settings.policy, asked.case
    leads = [each.lead for each in (people.team(case["owner"]), people.team(policy.security)) if each]
    able = [each.id for each in may_act(policy, Act.APPROVE, case["environment"], case["owner"], fix)]
    only = people.team(team)
    able = [each for each in able if asked.person is None or each != asked.person.id]
    able = [each for each in able if only is None or each in only.people]
    return next((person for person in leads if person in able), able[0] if able else "")


def missing_of(asked: Asked, desk: Desk, level: Level, requester: str, voices: tuple[Voice, ...]) -> tuple[str, ...]:
    """Whose yes is still missing, in words."""
    people, policy = desk.settings.people, desk.settings.policy
    spoke = speakers(people, voices)
    return wanted(level, requester, spoke, people.team(asked.case["owner"]), people.team(policy.security))
