"""*Undo…*: put back what a run changed, exactly as its receipts say."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from bot.response.ask_back import invalid, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.response.fix import RUN
from bot.store.tables import run, run_target
from bot.store.upsert import insert
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
    receipts = await _receipts(desk, first.id)
    if not receipts:
        return invalid(asked, "that run changed nothing; there is nothing to undo")
    if not asked.submitted:
        return with_form(asked, undo_form(await view_of(asked, desk), str(asked.arguments["offer"]), len(receipts)))
    undo_id = f"undo-{first.id.removeprefix('run-')}"
    begun = await desk.connection.execute(
        insert(desk.connection, run)
        .values(
            id=undo_id,
            case_id=first.case_id,
            plan_id=first.plan_id,
            fix=first.fix,
            kind="undo",
            undoes=first.id,
            person=asked.person.id,
            state="waiting",
            at=asked.now,
        )
        .on_conflict_do_nothing()
        .returning(run.c.id)
    )
    if begun.scalar() is None:
        return invalid(asked, "that run is already being undone")
    rows = [
        {
            "run_id": undo_id,
            "target": r.target,
            "state": "waiting",
            "plan": r.plan,
            "receipt": r.receipt,
            "at": asked.now,
        }
        for r in receipts
    ]
    await desk.connection.execute(run_target.insert(), rows)
    await desk.engine.enqueue(desk.connection, RUN, undo_id, key=undo_id)
    detail = {"run": undo_id, "undoes": first.id, "fix": first.fix}
    line = f"started to undo {desk.fixes[first.fix].title if first.fix in desk.fixes else first.fix}."
    return replace(asked, outcome=Outcome.DONE, changes={"running": undo_id}, line=line, detail=detail)


async def _receipts(desk: Desk, run_id: str) -> list[sa.Row[tuple[object, ...]]]:
    query = sa.select(run_target).where(run_target.c.run_id == run_id, run_target.c.receipt.is_not(None))
    rows = (await desk.connection.execute(query.order_by(run_target.c.id))).all()
    return [row for row in rows if row.receipt and row.receipt["changed"]]
