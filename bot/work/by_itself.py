"""Fixes that the policy itself starts (level L0), and questions for approval that a changed plan makes void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.approval import ApprovalState
from bot.model.case import CaseState, case_name
from bot.model.levels import Level, level_of
from bot.response.clearance import Go, Queue, clearance
from bot.response.proposal import proposal_of
from bot.response.report import settle
from bot.response.starting import start
from bot.settings import Settings
from bot.store import audit
from bot.store.approvals import end_approval, waiting_of
from bot.store.history import Line, add_lines
from bot.store.tables import run
from connectors.contract.fix import Fix


async def start_by_itself(
    connection: AsyncConnection,
    engine: Engine,
    settings: Settings,
    fixes: Mapping[str, Fix],
    case: Mapping[str, Any],
    plan: Any,
    now: datetime,
) -> None:
    """Run a plan that the policy allows by name, once a case: what somebody undid or decided about is left alone.

    ``case`` is its row, locked by this transaction; ``plan`` the row just read."""
    if case["state"] != CaseState.OPEN.value or not any(document["changes"] for document in plan.documents):
        return
    if (await connection.execute(sa.select(run.c.id).where(run.c.case_id == case["id"]).limit(1))).first() is not None:
        return
    wanted = await proposal_of(connection, case, plan, fixes)
    level, where = level_of(settings.policy.levels, wanted.proposal)
    if level is not Level.L0:
        return
    cleared = await clearance(connection, settings.policy, wanted.proposal, wanted.names, now, agreed=Level.L0)
    if not isinstance(cleared, Go | Queue):
        return
    begun = await start(connection, engine, plan, fixes[plan.fix].title, cleared, person="", now=now)
    if begun is None:
        return
    await settle(connection, case, begun.changes, now, decided=True)
    await add_lines(connection, [Line(case["id"], now, "", f"The policy ({where}) {begun.said}")])
    detail = {"run": begun.run_id, "plan": plan.id, "digest": plan.digest, "fix": plan.fix}
    await audit.append(connection, [_record(case["id"], "fix", "policy", where, detail, now)])


async def void_question(connection: AsyncConnection, case_id: int, plan: Any, now: datetime) -> None:
    """A yes is bound to one plan: a plan of the same fix that reads otherwise ends the question. The case is locked."""
    waiting = await waiting_of(connection, case_id)
    if waiting is None or waiting.fix != plan.fix or waiting.digest == plan.digest or plan.problem:
        return
    why = "the plan changed after approval was asked for"
    if not await end_approval(connection, waiting.id, ApprovalState.VOID, why, now):
        return
    text = "The plan changed, so the question for approval is void: press Fix now… to read the new one."
    await add_lines(connection, [Line(case_id, now, "", text, calls=waiting.requester)])
    detail = {"approval": waiting.id, "digest": waiting.digest, "now": plan.digest}
    await audit.append(connection, [_record(case_id, "approval", "suture", f"plan {plan.id}", detail, now, "void")])


def _record(
    case_id: int, act: str, who: str, where_from: str, detail: dict[str, Any], now: datetime, outcome: str = "done"
) -> audit.Record:
    return audit.Record(
        at=now,
        who=who,
        act=act,
        target=case_name(case_id),
        where_from=where_from,
        outcome=outcome,
        detail=detail,
    )
