"""Broken glasses and whether somebody has looked at them: owed at once, opened the working day after, then reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.listing import Place
from bot.store.tables import cases, review, run, ticket
from bot.store.upsert import insert

_MOST = 100


def review_of_run(run_id: str) -> str:
    """The id of the one review that a run can have."""
    return f"review-{run_id}"


async def owe_review(
    connection: AsyncConnection, run_id: str, case_id: int, person: str, reason: str, now: datetime, due_at: datetime
) -> None:
    """This person broke the glass for this run; somebody else looks at it from ``due_at`` on."""
    row = {"id": review_of_run(run_id), "run_id": run_id, "case_id": case_id, "person": person, "reason": reason}
    owed = insert(connection, review).values(**row, at=now, due_at=due_at).on_conflict_do_nothing()
    await connection.execute(owed)


async def reviews_to_open(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Any]:
    """Those whose day has come."""
    due = sa.select(review).where(review.c.opened_at.is_(None), review.c.due_at <= now)
    return (await connection.execute(due.order_by(review.c.case_id).limit(limit))).all()


async def open_review(connection: AsyncConnection, review_id: str, now: datetime) -> bool:
    """Open it, once; False when that was done already."""
    mine = sa.update(review).where(review.c.id == review_id, review.c.opened_at.is_(None)).values(opened_at=now)
    return bool((await connection.execute(mine)).rowcount)


async def close_review(connection: AsyncConnection, review_id: str, person: str, said: str, now: datetime) -> bool:
    """Somebody looked and says what they think, once; False when it was reviewed already, or is not open yet."""
    values = {"reviewed_at": now, "reviewed_by": person, "said": said}
    waiting = sa.and_(review.c.opened_at.is_not(None), review.c.reviewed_at.is_(None))
    mine = sa.update(review).where(review.c.id == review_id, waiting).values(**values)
    return bool((await connection.execute(mine)).rowcount)


async def review_by_id(connection: AsyncConnection, review_id: str) -> Any:
    return (await connection.execute(sa.select(review).where(review.c.id == review_id))).one_or_none()


async def open_reviews_of(connection: AsyncConnection, case_id: int) -> Sequence[Any]:
    """A case's reviews that wait for somebody, the oldest first."""
    waiting = sa.and_(review.c.opened_at.is_not(None), review.c.reviewed_at.is_(None))
    query = sa.select(review).where(review.c.case_id == case_id, waiting).order_by(review.c.at)
    return (await connection.execute(query)).all()


async def list_reviews(connection: AsyncConnection, seen: tuple[Place, ...]) -> Sequence[Any]:
    """Open reviews of cases at these places that no ticket holds, the oldest first."""
    columns = (review.c.id, review.c.person, review.c.reason, review.c.at, review.c.run_id)
    case = (cases.c.id.label("case_id"), cases.c.title, cases.c.owner, cases.c.environment)
    held = sa.exists().where(ticket.c.subject == review.c.id, ticket.c.state == "created")
    query = (
        sa.select(*columns, *case, run.c.fix, run.c.state)
        .join_from(review, cases, cases.c.id == review.c.case_id)
        .join(run, run.c.id == review.c.run_id)
        .where(review.c.opened_at.is_not(None), review.c.reviewed_at.is_(None), ~held)
        .where(sa.tuple_(cases.c.owner, cases.c.environment).in_(seen))
    )
    return (await connection.execute(query.order_by(review.c.at).limit(_MOST))).all()
