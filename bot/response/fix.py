"""*Fix now…*: first the plan is read and shown; pressing it there starts the run.

The run's id follows from the plan's, so fifty clicks on one plan are one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.store.db import plain
from bot.store.tables import plan, run, run_target
from bot.store.upsert import insert

PLAN = "remediate.plan"
RUN = "remediate.run"
PLAN_IS_GOOD_FOR = timedelta(minutes=30)


async def fix(asked: Asked, desk: Desk) -> Asked:
    """Read a plan; or, with a plan in hand, run it."""
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
    row = await _plan_row(asked, desk)
    if row is None or row.case_id != asked.case["id"] or row.problem:
        return invalid(asked, "that plan is gone; press Fix now… to read a new one")
    if asked.now - row.at > PLAN_IS_GOOD_FOR:
        return invalid(asked, "that plan is over 30 minutes old; press Fix now… to read a new one")
    changing = [document for document in row.documents if document["changes"]]
    if not changing:
        return invalid(asked, "that plan changes nothing: everything is already as it should be")
    run_id = f"run-{row.id.removeprefix('plan-')}"
    if not await _begin(asked, desk, run_id, row, changing):
        return invalid(asked, "that plan is already being carried out")
    await desk.engine.enqueue(desk.connection, RUN, run_id, key=run_id)
    title = desk.fixes[row.fix].title
    line = f"started the fix: {title}, on {len(changing)} target{'s' if len(changing) > 1 else ''}."
    detail = {"run": run_id, "plan": row.id, "digest": row.digest, "fix": row.fix}
    return replace(asked, outcome=Outcome.DONE, changes={"running": run_id}, line=line, detail=detail)


async def _plan_row(asked: Asked, desk: Desk) -> Any:
    query = sa.select(plan).where(plan.c.id == str(asked.arguments["plan"]))
    return (await desk.connection.execute(query)).one_or_none()


async def _begin(asked: Asked, desk: Desk, run_id: str, row: Any, documents: list[Mapping[str, Any]]) -> bool:
    assert asked.person is not None
    begun = await desk.connection.execute(
        insert(desk.connection, run)
        .values(
            id=run_id,
            case_id=asked.case["id"],
            plan_id=row.id,
            fix=row.fix,
            kind="apply",
            person=asked.person.id,
            state="waiting",
            at=asked.now,
        )
        .on_conflict_do_nothing()
        .returning(run.c.id)
    )
    if begun.scalar() is None:
        return False
    targets = [
        {"run_id": run_id, "target": d["target"]["id"], "state": "waiting", "plan": plain(d), "at": asked.now}
        for d in documents
    ]
    await desk.connection.execute(run_target.insert(), targets)
    return True
