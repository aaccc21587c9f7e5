"""What was decided to wait: accepted risks and snoozed cases, the one that ends first on top."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import Decision
from bot.store.listing import Listed, Place, a_page
from bot.store.tables import acceptance, cases, history

_CASE = [cases.c[name] for name in ("id", "title", "owner", "environment", "priority", "severity", "problem")]


async def list_accepted(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Acceptances that still hold, of cases at these places: who signed and agreed, why, what is done instead."""
    signed = (acceptance.c[name] for name in ("person", "approved_by", "reason", "control", "at", "until"))
    query = (
        sa.select(*_CASE, *signed)
        .join_from(acceptance, cases, acceptance.c.case_id == cases.c.id)
        .where(acceptance.c.ended_at.is_(None), cases.c.decision == Decision.ACCEPTED.value, _at(seen))
    )
    return await a_page(connection, query.order_by(acceptance.c.until, acceptance.c.id), page)


async def list_snoozed(connection: AsyncConnection, seen: tuple[Place, ...], page: int) -> Listed:
    """Cases that sleep, with ``until`` and, from their thread, ``person``: who said so last."""
    said = sa.select(history.c.who).where(history.c.case_id == cases.c.id, history.c.text.startswith("snoozed it"))
    person = said.order_by(history.c.id.desc()).limit(1).scalar_subquery().label("person")
    query = sa.select(*_CASE, cases.c.until, cases.c.decided_at, person)
    asleep = query.where(cases.c.decision == Decision.SNOOZED.value, cases.c.until.is_not(None), _at(seen))
    return await a_page(connection, asleep.order_by(cases.c.until, cases.c.id), page)


def _at(seen: tuple[Place, ...]) -> sa.ColumnElement[bool]:
    return sa.tuple_(cases.c.owner, cases.c.environment).in_(seen)
