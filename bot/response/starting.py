"""Letting a run loose, or into the queue of its change window. The plan decides its id: one plan, one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.response.clearance import Go, Queue
from bot.store import runs
from bot.store.db import plain
from bot.views.counts import counted
from bot.views.times import at_minute

RUN = "remediate.run"


@dataclass(frozen=True, slots=True)
class Started:
    """A run that was begun. ``changes`` are the case's columns; ``said`` ends the sentence "Ana …"."""

    run_id: str
    changes: Mapping[str, Any]
    said: str


def run_of_plan(plan_id: str) -> str:
    """The id of the one run that a plan can have."""
    return f"run-{plan_id.removeprefix('plan-')}"


async def start(
    connection: AsyncConnection,
    engine: Engine,
    plan: Any,
    title: str,
    cleared: Go | Queue,
    *,
    person: str,
    now: datetime,
) -> Started | None:
    """Begin the run of a plan (its row) as ``cleared`` says; None when that plan has its run already.

    ``person`` is who asked for it, "" for the policy itself."""
    run_id = run_of_plan(plan.id)
    waits = isinstance(cleared, Queue)
    values = {
        "id": run_id,
        "case_id": plan.case_id,
        "plan_id": plan.id,
        "fix": plan.fix,
        "kind": "apply",
        "person": person,
        "allowed_by": cleared.why,
        "state": "queued" if waits else "waiting",
        "opens_at": cleared.opens_at if isinstance(cleared, Queue) else None,
        "at": now,
    }
    changing = [document for document in plan.documents if document["changes"]]
    targets = [{"target": each["target"]["id"], "plan": plain(each)} for each in changing]
    if not await runs.add_run(connection, values, targets):
        return None
    what = f"{title}, on {counted(len(changing), 'target')}"
    if isinstance(cleared, Queue):
        return Started(run_id, {}, f"queued the fix: {what}. It goes {at_minute(cleared.opens_at)}: {cleared.why}.")
    await engine.enqueue(connection, RUN, run_id, key=run_id)
    return Started(run_id, {"running": run_id}, f"started the fix: {what}.")


async def release(connection: AsyncConnection, engine: Engine, run_id: str, allowed_by: str, now: datetime) -> bool:
    """Let a queued run go; False when it is queued no more."""
    values = {"state": "waiting", "opens_at": None, "allowed_by": allowed_by, "at": now, "reason": ""}
    if not await runs.change_run(connection, run_id, "queued", values):
        return False
    await engine.enqueue(connection, RUN, run_id, key=run_id)
    return True
