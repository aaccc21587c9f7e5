"""Approvals on disk: asked once a case, bound to a plan, given or ended by compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.approval import ApprovalState, Voice
from bot.model.levels import Level
from bot.store.runs import SETTLED
from bot.store.tables import approval, cases, plan, voice
from bot.store.upsert import insert as upsert
from connectors.contract.fix import Plan

_PLANS: TypeAdapter[list[Plan]] = TypeAdapter(list[Plan])
_WAITING = approval.c.state == ApprovalState.WAITING.value


async def waiting_of(connection: AsyncConnection, case_id: int) -> Any:
    """The question that waits on a case, or None."""
    query = sa.select(approval).where(approval.c.case_id == case_id, _WAITING)
    return (await connection.execute(query)).one_or_none()


async def approval_by_id(connection: AsyncConnection, approval_id: str) -> Any:
    return (await connection.execute(sa.select(approval).where(approval.c.id == approval_id))).one_or_none()


async def voices_of(connection: AsyncConnection, approval_id: str) -> tuple[Voice, ...]:
    """Every yes, in the order in which they were given."""
    query = sa.select(voice).where(voice.c.approval_id == approval_id).order_by(voice.c.at, voice.c.person)
    return tuple(Voice(row.person, frozenset(row.groups)) for row in await connection.execute(query))


async def voices_of_plan(connection: AsyncConnection, plan_id: str) -> tuple[str, ...]:
    """The ids of whoever said yes to one plan; nobody where none was asked."""
    query = sa.select(voice.c.person).join(approval, approval.c.id == voice.c.approval_id)
    query = query.where(approval.c.kind == "plan", approval.c.subject == plan_id)
    return tuple((await connection.execute(query.order_by(voice.c.at, voice.c.person))).scalars())


async def agreed_level(connection: AsyncConnection, plan_id: str) -> Level | None:
    """At which level others said yes to a plan; None where nobody was asked, or the yes is not there."""
    given = sa.select(approval.c.level).where(
        approval.c.kind == "plan", approval.c.subject == plan_id, approval.c.state == ApprovalState.GIVEN.value
    )
    level = (await connection.execute(given)).scalar()
    return Level(level) if level is not None else None


async def add_voice(connection: AsyncConnection, approval_id: str, given: Voice, reason: str, now: datetime) -> bool:
    """Write one person's yes down; False when it stands there already."""
    row = {"approval_id": approval_id, "person": given.person, "reason": reason, "at": now}
    row |= {"groups": sorted(given.groups)}
    added = upsert(connection, voice).values(row).on_conflict_do_nothing().returning(voice.c.person)
    return (await connection.execute(added)).scalar() is not None


async def end_approval(
    connection: AsyncConnection, approval_id: str, state: ApprovalState, reason: str, now: datetime
) -> bool:
    """From waiting to ``state``, once; False when it had ended before."""
    ended = (
        sa.update(approval)
        .where(approval.c.id == approval_id, _WAITING)
        .values(state=state.value, reason=reason, ended_at=now)
    )
    return bool((await connection.execute(ended)).rowcount)


async def raise_level(connection: AsyncConnection, approval_id: str, level: Level, why: str) -> None:
    """The question needs the yes of more people than when it was asked."""
    raised = sa.update(approval).where(approval.c.id == approval_id, _WAITING).values(level=int(level), why=why)
    await connection.execute(raised)


async def expired(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Any]:
    """Questions whose time is over, and those about what is settled by now."""
    over = sa.or_(approval.c.expires_at <= now, cases.c.state.in_(SETTLED))
    query = sa.select(approval).join(cases, cases.c.id == approval.c.case_id).where(_WAITING, over)
    return (await connection.execute(query.order_by(approval.c.case_id).limit(limit))).all()


async def plans_of(connection: AsyncConnection, plan_id: str) -> list[Plan]:
    """The stored plan, a target each: what a question is bound to."""
    documents = (await connection.execute(sa.select(plan.c.documents).where(plan.c.id == plan_id))).scalar_one()
    return _PLANS.validate_python(documents)
