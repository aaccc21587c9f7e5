"""*Fix now…*: first the plan is read and shown; pressing it there starts the run, or asks for what it still needs.

The run's id follows from the plan's, so fifty clicks on one plan are one run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.response.approval import ask, withdraw
from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import Ask, No, clearance
from bot.response.fresh_sign_in import signs_in_first
from bot.response.proposal import proposal_of
from bot.response.starting import start
from bot.store.approvals import waiting_of
from bot.store.tables import plan

PLAN = "remediate.plan"
PLAN_IS_GOOD_FOR = timedelta(minutes=30)


async def fix(asked: Asked, desk: Desk) -> Asked:
    """Read a plan; with a plan in hand, run it; or take back the question whether it may run."""
    if asked.arguments.get("withdraw"):
        return await withdraw(asked, desk)
    return await _run(asked, desk) if asked.arguments.get("plan") else await _plan(asked, desk)


async def _plan(asked: Asked, desk: Desk) -> Asked:
    assert asked.person is not None
    if asked.fix not in desk.fixes:
        return invalid(asked, f"the fix {asked.fix!r} is not installed here")
    reply = {"platform": asked.reply.platform, "values": dict(asked.reply.values)}
    arguments = [asked.case["id"], asked.fix, asked.person.id, reply]
    await desk.engine.enqueue(desk.connection, PLAN, *arguments, key=f"plan-{asked.key}")
    return replace(asked, outcome=Outcome.ASKED_BACK)


async def _run(asked: Asked, desk: Desk) -> Asked:
    assert asked.person is not None
    row = await plan_row(asked, desk)
    if row is None or row.case_id != asked.case["id"] or row.problem:
        return invalid(asked, "that plan is gone; press Fix now… to read a new one")
    if asked.now - row.at > PLAN_IS_GOOD_FOR:
        return invalid(asked, "that plan is over 30 minutes old; press Fix now… to read a new one")
    if not any(document["changes"] for document in row.documents):
        return invalid(asked, "that plan changes nothing: everything is already as it should be")
    if await waiting_of(desk.connection, asked.case["id"]) is not None:
        return invalid(asked, "this case waits for an approval already; withdraw it first, or let it be given")
    wanted = await proposal_of(desk.connection, asked.case, row, desk.fixes)
    cleared = await clearance(desk.connection, desk.settings.policy, wanted.proposal, wanted.names, asked.now)
    if isinstance(cleared, No):
        return invalid(asked, cleared.why)
    if isinstance(cleared, Ask):
        first = await signs_in_first(asked, desk, cleared.level, wanted.proposal)
        if first is not None:
            return first
        return await ask(asked, desk, row, cleared)
    title = desk.fixes[row.fix].title
    begun = await start(desk.connection, desk.engine, row, title, cleared, person=asked.person.id, now=asked.now)
    if begun is None:
        return invalid(asked, "that plan is already being carried out")
    detail = {"run": begun.run_id, "plan": row.id, "digest": row.digest, "fix": row.fix, "allowed by": cleared.why}
    return replace(asked, outcome=Outcome.DONE, changes=begun.changes, line=begun.said, detail=detail)


async def plan_row(asked: Asked, desk: Desk) -> Any:
    """The plan that the press is about, None when it is gone."""
    query = sa.select(plan).where(plan.c.id == str(asked.arguments["plan"]))
    return (await desk.connection.execute(query)).one_or_none()
