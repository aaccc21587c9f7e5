"""*Break glass…*: run what needs another's yes or a change window without either. Named, reasoned, loudly announced.

It never passes over a freeze, a cap or a protected asset: those are ended by name, by whoever may.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.model.approval import ApprovalState
from bot.response.ask_back import invalid, once_more, reason_of, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import Go, No, clearance
from bot.response.fresh_sign_in import level_before, signs_in_first
from bot.response.proposal import proposal_of
from bot.response.starting import Started, release, run_of_plan, start
from bot.store.approvals import end_approval, plans_of, waiting_of
from bot.store.outbox import Wanted, want
from bot.store.reviews import owe_review
from bot.store.tables import plan as plans
from bot.views.approvals import glass_form

_SHORTEST_REASON = 10  # characters; whoever reviews it tomorrow must understand it


async def break_glass(asked: Asked, desk: Desk) -> Asked:
    """Ask for the reason, then let the run loose and tell everybody who should know."""
    assert asked.person is not None
    query = sa.select(plans).where(plans.c.id == str(asked.arguments.get("plan", "")))
    plan = (await desk.connection.execute(query)).one_or_none()
    if plan is None or plan.case_id != asked.case["id"]:
        return invalid(asked, "that plan is gone; press Fix now… to read a new one")
    shown = await plans_of(desk.connection, plan.id)
    form = glass_form(await view_of(asked, desk), shown, str(asked.arguments["offer"]), asked.now)
    if not asked.submitted:
        return with_form(asked, form)
    reason = reason_of(asked)
    if len(reason) < _SHORTEST_REASON:
        return once_more(asked, form, "breaking the glass needs a reason for whoever reviews it tomorrow")
    return await _break(asked, desk, plan, reason)


async def _break(asked: Asked, desk: Desk, plan: Any, reason: str) -> Asked:
    assert asked.person is not None
    wanted = await proposal_of(desk.connection, asked.case, plan, desk.fixes)
    policy = desk.settings.policy
    cleared = await clearance(desk.connection, policy, wanted.proposal, wanted.names, asked.now, glass=True)
    if isinstance(cleared, No):
        return invalid(asked, cleared.why)
    level = await level_before(desk.connection, policy, wanted, asked.now)
    first = await signs_in_first(asked, desk, level, wanted.proposal)
    if first is not None:
        return first
    why = f"{asked.person.name} broke the glass: {reason}"
    begun = await _let_go(asked, desk, plan, Go(why))
    if begun is None:
        return invalid(asked, "that plan is already being carried out")
    waiting = await waiting_of(desk.connection, asked.case["id"])
    if waiting is not None:
        await end_approval(desk.connection, waiting.id, ApprovalState.WITHDRAWN, why, asked.now)
    due_at = policy.glass_reviewed.after(asked.now)
    await owe_review(desk.connection, begun.run_id, asked.case["id"], asked.person.id, reason, asked.now, due_at)
    await _announce(asked, desk)
    line = f"BROKE THE GLASS and {begun.said} Reason: {reason}"
    detail = {"run": begun.run_id, "plan": plan.id, "digest": plan.digest, "fix": plan.fix, "reason": reason}
    detail |= {"review due": due_at.isoformat()}
    security = desk.settings.people.team(policy.security)
    calls = security.lead if security else ""
    return replace(asked, outcome=Outcome.DONE, changes=begun.changes, line=line, detail=detail, calls=calls)


async def _let_go(asked: Asked, desk: Desk, plan: Any, cleared: Go) -> Started | None:
    """A run that waits in the queue for its window goes now; else the plan's run begins."""
    assert asked.person is not None
    run_id = run_of_plan(plan.id)
    if await release(desk.connection, desk.engine, run_id, cleared.why, asked.now):
        return Started(run_id, {"running": run_id}, "started the queued fix.")
    title = desk.fixes[plan.fix].title
    return await start(desk.connection, desk.engine, plan, title, cleared, person=asked.person.id, now=asked.now)


async def _announce(asked: Asked, desk: Desk) -> None:
    """The case is shown in the security team's channel too, with its thread."""
    security = desk.settings.people.team(desk.settings.policy.security)
    if security is None or security.channel is None:
        return
    there = Wanted(
        case_id=asked.case["id"], chat=security.channel.chat, channel=security.channel.id, rank=asked.case["priority"]
    )
    await want(desk.connection, desk.engine, [there], asked.now)
