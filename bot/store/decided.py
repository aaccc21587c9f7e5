"""What waits: accepted risks, snoozed cases, questions for approval, queued fixes; what ends first on top."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.approval import ApprovalState
from bot.model.case import CaseState
from bot.store.listing import Listed, Place, a_page
from bot.store.tables import acceptance, approval, cases, history, run

_CASE = [cases.c[name] for name in ("id", "title", "owner", "environment", "priority", "severity", "problem")]


async def list_accepted(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Acceptances that still hold, of cases at these places: who signed and agreed, why, what is done instead."""
    signed = (acceptance.c[name] for name in ("person", "approved_by", "reason", "control", "at", "until"))
    query = (
        sa.select(*_CASE, *signed)
        .join_from(acceptance, cases, acceptance.c.case_id == cases.c.id)
        .where(acceptance.c.ended_at.is_(None), cases.c.state == CaseState.ACCEPTED.value, _at(seen))
    )
    return await a_page(connection, query.order_by(acceptance.c.until, acceptance.c.id), page)


async def list_snoozed(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Cases that sleep, with ``until`` and, from their thread, ``person``: who said so last."""
    said = sa.select(history.c.who).where(history.c.case_id == cases.c.id, history.c.text.startswith("snoozed it"))
    person = said.order_by(history.c.id.desc()).limit(1).scalar_subquery().label("person")
    query = sa.select(*_CASE, cases.c.until, cases.c.decided_at, person)
    asleep = query.where(cases.c.state == CaseState.SNOOZED.value, cases.c.until.is_not(None), _at(seen))
    return await a_page(connection, asleep.order_by(cases.c.until, cases.c.id), page)


async def list_questions(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Questions that wait for other people's yes: who asks what, at which level, until when."""
    names = ("requester", "kind", "level", "fix", "asked", "at", "expires_at")
    asked = (approval.c[name] for name in names)
    query = sa.select(*_CASE, *asked).join_from(approval, cases, approval.c.case_id == cases.c.id)
    waiting = query.where(approval.c.state == ApprovalState.WAITING.value, _at(seen))
    return await a_page(connection, waiting.order_by(approval.c.expires_at, approval.c.id), page)


async def list_queued(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Fixes in the queue of their change window: whose, which, and when they go."""
    query = sa.select(*_CASE, run.c.person, run.c.fix, run.c.opens_at, run.c.reason)
    waiting = query.join_from(run, cases, run.c.case_id == cases.c.id).where(run.c.state == "queued", _at(seen))
    return await a_page(connection, waiting.order_by(run.c.opens_at, run.c.id), page)


def _at(seen: tuple[Place, ...]) -> sa.ColumnElement[bool]:
    return sa.tuple_(cases.c.owner, cases.c.environment).in_(seen)
