"""*Stop…*: a queued run is taken out of the queue; one under way halts before its next wave."""

from __future__ import annotations

from dataclasses import replace

from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.store import runs


async def stop(asked: Asked, desk: Desk) -> Asked:
    """What was changed already stays, with its proof and its undo; the rest is left alone."""
    assert asked.person is not None
    run_id = str(asked.arguments.get("run", ""))
    row = await runs.run_by_id(desk.connection, run_id)
    if row is None or row.case_id != asked.case["id"]:
        return invalid(asked, "there is no such run to stop")
    why = f"stopped by {asked.person.name}"
    ended = {"state": "cancelled", "reason": why, "finished_at": asked.now, "stopped_by": asked.person.id}
    if await runs.change_run(desk.connection, run_id, "queued", ended):
        line = "took the fix out of the queue; nothing was changed."
        return replace(asked, outcome=Outcome.DONE, line=line, detail={"run": run_id})
    for state in ("waiting", "running"):
        if await runs.change_run(desk.connection, run_id, state, {"stopped_by": asked.person.id}):
            line = "asked the run to stop: it halts before its next wave."
            return replace(asked, outcome=Outcome.DONE, line=line, detail={"run": run_id})
    return invalid(asked, f"that run is {row.state} already; there is nothing to stop")
