"""*Undo…*: put back what a run changed, exactly as its receipts say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.response.ask_back import invalid, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import frozen
from bot.response.starting import RUN
from bot.store import runs
from bot.store.tables import run, run_target
from bot.views.forms import undo_form


async def undo(asked: Asked, desk: Desk) -> Asked:
    """Ask once more, then start the run that takes the first one back."""
    assert asked.person is not None
    wanted = str(asked.arguments.get("run", ""))
    first = (await desk.connection.execute(sa.select(run).where(run.c.id == wanted))).one_or_none()
    if first is None or first.case_id != asked.case["id"] or first.kind != "apply":
        return invalid(asked, "there is no such run to undo")
    if first.state not in ("done", "failed", "unknown"):
        return invalid(asked, f"that run is {first.state}; there is nothing to undo")
    tries = await runs.undos_of(desk.connection, first.id)
    receipts = await _receipts(desk, first.id, [each.id for each in tries])
    if not receipts:
        return invalid(asked, "that run changed nothing; there is nothing to undo")
    if not asked.submitted:
        return with_form(asked, undo_form(await view_of(asked, desk), str(asked.arguments["offer"]), len(receipts)))
    stop = await _stop(asked, desk, receipts)
    if stop:
        return invalid(asked, stop)
    if any(each.state in ("waiting", "running") for each in tries):
        return invalid(asked, "that run is already being undone")
    undo_id = f"undo-{first.id.removeprefix('run-')}" + (f"-{len(tries) + 1}" if tries else "")
    if not await _start(asked, desk, undo_id, first, receipts):
        return invalid(asked, "that run is already being undone")
    detail = {"run": undo_id, "undoes": first.id, "fix": first.fix}
    line = f"started to undo {desk.fixes[first.fix].title if first.fix in desk.fixes else first.fix}."
    return replace(asked, outcome=Outcome.DONE, changes={"running": undo_id}, line=line, detail=detail)


async def _start(asked: Asked, desk: Desk, undo_id: str, first: Any, receipts: Sequence[Any]) -> bool:
    """Begin the run that takes ``first`` back; False where it is there already."""
    values = {
        "id": undo_id,
        "case_id": first.case_id,
        "plan_id": first.plan_id,
        "fix": first.fix,
        "kind": "undo",
        "undoes": first.id,
        "person": asked.person.id if asked.person else "",
        "allowed_by": asked.why,
        "state": "waiting",
        "at": asked.now,
    }
    targets = [{"target": each.target, "plan": each.plan, "receipt": each.receipt} for each in receipts]
    if not await runs.add_run(desk.connection, values, targets):
        return False
    await desk.engine.enqueue(desk.connection, RUN, undo_id, key=undo_id)
    return True


async def _stop(asked: Asked, desk: Desk, receipts: Sequence[Any]) -> str:
    """Putting back needs no window and no second yes: it is what one does when the fix did harm. A freeze stops it."""
    policy = desk.settings.policy
    protected = policy.protects(each.target for each in receipts)
    if protected is not None:
        return f"{protected.pattern} is protected ({protected.where}): nothing of ours touches it"
    return await frozen(desk.connection, policy.people, asked.case["environment"], asked.now)


async def _receipts(desk: Desk, run_id: str, tries: Sequence[str]) -> list[sa.Row[tuple[object, ...]]]:
    """What the run changed, but for what an earlier try has put back."""
    query = sa.select(run_target).where(run_target.c.run_id == run_id, run_target.c.receipt.is_not(None))
    rows = (await desk.connection.execute(query.order_by(run_target.c.id))).all()
    back = sa.select(run_target.c.receipt).where(run_target.c.run_id.in_(tries), run_target.c.state == "undone")
    done = (await desk.connection.execute(back)).scalars().all()
    return [row for row in rows if row.receipt and row.receipt["changed"] and row.receipt not in done]
