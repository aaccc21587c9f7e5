"""The case moves, the message's wanted revision grows, the trail has its record. Nothing here decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import metrics
from bot.model.case import LIVED_WITH, CaseState, Decision, Standing, case_name, move
from bot.model.policy import Act
from bot.response.asked import Asked, Desk, Outcome
from bot.store import audit
from bot.store.history import Line, add_lines
from bot.store.known_then import end_acceptances
from bot.store.outbox import raise_case
from bot.store.tables import cases, click
from bot.views.answers import done_answer
from connectors.contract.message import Message


async def report(asked: Asked, desk: Desk) -> Asked:
    """Write down what was decided; what was only shown leaves no trace."""
    metrics.CLICKS.labels(asked.act.value, asked.outcome.value).inc()
    if asked.outcome in (Outcome.ASKED_BACK, Outcome.SHOWN):
        return asked
    case_id = asked.case["id"]
    if asked.outcome is Outcome.DONE:
        await _move_case(asked, desk)
        who = asked.person.id if asked.person else ""
        glass = asked.act is Act.BREAK_GLASS
        line = Line(case_id, asked.now, who, asked.line, asked.link, calls=asked.calls, aloud=glass)
        await add_lines(desk.connection, [line])
        await raise_case(desk.connection, desk.engine, case_id, asked.case["priority"], alone=True)
        if asked.answer is None:
            asked = replace(asked, answer=done_answer(case_name(case_id), asked.line))
    await _remember(asked, desk)
    return asked


async def _move_case(asked: Asked, desk: Desk) -> None:
    await settle(desk.connection, asked.case, asked.changes, asked.now, decided=True)


async def settle(connection: Any, case: Any, changes: Any, now: datetime, *, decided: bool = False) -> CaseState:
    """Change a case's columns and move it to the state that follows, keeping its times. Returns the new state.

    ``case`` is its row, locked by this transaction."""
    after = dict(case) | dict(changes)
    standing = Standing(
        open_findings=after["open_findings"],
        mitigated_findings=after["mitigated_findings"],
        decision=Decision(after["decision"]),
        regressed=after["regressed"],
        running=bool(after["running"]),
    )
    present = CaseState(case["state"])
    state = move(present, standing)
    values = dict(changes) | {"state": state.value, "version": cases.c.version + 1}
    if decided:
        values["decided_at"] = case["decided_at"] or now
    if state is CaseState.MITIGATED and present is not state:
        values["mitigated_at"] = case["mitigated_at"] or now
    if state is CaseState.FIXED and present is not state:
        values["fixed_at"], values["claimed_at"] = now, None
    # Nobody lives with what was fixed: when that comes back, it is news.
    if state in (CaseState.MITIGATED, CaseState.FIXED) and present is not state and standing.decision in LIVED_WITH:
        values |= {"decision": Decision.NONE.value, "until": None}
        await end_acceptances(connection, case["id"], f"the case is {state.value}", now)
    await connection.execute(sa.update(cases).where(cases.c.id == case["id"]).values(**values))
    return state


async def _remember(asked: Asked, desk: Desk) -> None:
    """The click itself, so that a redelivered one gets the same answer; and the record of the decision."""
    who = asked.person.id if asked.person else f"{asked.actor.platform}:{asked.actor.id}"
    said = asked.answer.text if isinstance(asked.answer, Message) else asked.why
    await desk.connection.execute(
        sa.insert(click).values(
            key=asked.key,
            at=asked.now,
            platform=asked.actor.platform,
            identity=asked.actor.id,
            person=asked.person.id if asked.person else "",
            act=asked.act.value,
            case_id=asked.case["id"],
            outcome=asked.outcome.value,
            answer=said,
        )
    )
    record = audit.Record(
        at=asked.now,
        who=who,
        act=asked.act.value,
        target=case_name(asked.case["id"]),
        where_from=f"{asked.actor.platform}:{asked.actor.id}",
        outcome=asked.outcome.value,
        detail=dict(asked.detail) | {"why": asked.why},
    )
    await audit.append(desk.connection, [record])
