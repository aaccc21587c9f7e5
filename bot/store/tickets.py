"""Tickets as rows: their turns of work, which ones have something to be told, and what we were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import case_name
from bot.store.tables import cases, history, run, ticket, ticket_news
from bot.store.upsert import insert
from connectors.contract.ticket import Changed, TicketNews

_HELD = timedelta(minutes=5)  # longer than one piece of work can take, at Jira's slowest


async def ticket_by_subject(connection: AsyncConnection, subject: str) -> Any:
    return (await connection.execute(sa.select(ticket).where(ticket.c.subject == subject))).one_or_none()


async def ticket_of_case(connection: AsyncConnection, case_id: int) -> Any:
    """The row of a case's own ticket, or None."""
    return await ticket_by_subject(connection, case_name(case_id))


async def record_ticket(connection: AsyncConnection, subject: str, **values: Any) -> None:
    await connection.execute(sa.update(ticket).where(ticket.c.subject == subject).values(**values))


async def begin_again(connection: AsyncConnection, subject: str, **values: Any) -> None:
    """The same, and whoever is at work on the ticket loses its turn, so that what it read is not written over this."""
    free = {"turn": ticket.c.turn + 1, "busy_until": None, "not_before": None}
    await connection.execute(sa.update(ticket).where(ticket.c.subject == subject).values(**values, **free))


async def record_turn(connection: AsyncConnection, row: Any, **values: Any) -> bool:
    """The same, if this piece of work still has the row; false when another turn has begun."""
    mine = sa.and_(ticket.c.subject == row.subject, ticket.c.turn == row.turn)
    return bool((await connection.execute(sa.update(ticket).where(mine).values(**values))).rowcount)


# --- what is to be told

_UNTOLD = sa.exists().where(
    history.c.case_id == ticket.c.case_id,
    history.c.id > ticket.c.told_history,
    history.c.of_ticket.is_(False),
    history.c.quiet.is_(False),
)
_CASES_BEHIND = (
    sa.select(ticket.c.subject)
    .join(cases, cases.c.id == ticket.c.case_id)
    .where(
        ticket.c.kind == "case",
        sa.or_(
            ticket.c.told_state != cases.c.state,
            ticket.c.told_assignee != cases.c.assignee,
            ticket.c.told_due.is_distinct_from(cases.c.due_at),
            _UNTOLD,
        ),
    )
)
_RUNS_BEHIND = (
    sa.select(ticket.c.subject)
    .join(run, run.c.id == ticket.c.subject)
    .where(ticket.c.kind == "change", run.c.finished_at.is_not(None), ticket.c.told_state != run.c.state)
)


async def behind(connection: AsyncConnection, now: datetime, most: int) -> list[str]:
    """The subjects of some tickets that do not know all they should, and that nobody is at work on."""
    query = sa.union_all(_CASES_BEHIND.where(*_free(now)), _RUNS_BEHIND.where(*_free(now))).limit(most)
    return list((await connection.execute(query)).scalars())


async def take(connection: AsyncConnection, subjects: Sequence[str], now: datetime) -> list[tuple[str, int]]:
    """Begin a turn of work for those of these tickets that are still free; (subject, turn) each."""
    taken = (
        sa.update(ticket)
        .where(ticket.c.subject.in_(subjects), *_free(now))
        .values(busy_until=now + _HELD, turn=ticket.c.turn + 1)
        .returning(ticket.c.subject, ticket.c.turn)
    )
    return [(subject, turn) for subject, turn in await connection.execute(taken)]


def _free(now: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        ticket.c.state == "created",
        sa.or_(ticket.c.busy_until.is_(None), ticket.c.busy_until <= now),
        sa.or_(ticket.c.not_before.is_(None), ticket.c.not_before <= now),
    ]


async def untold_lines(connection: AsyncConnection, case_id: int, told: int) -> Sequence[Any]:
    """What happened to a case after the line ``told``, and is no news to its ticket; oldest first."""
    newer = sa.and_(history.c.case_id == case_id, history.c.id > told)
    telling = sa.and_(history.c.of_ticket.is_(False), history.c.quiet.is_(False))
    return (await connection.execute(sa.select(history).where(newer, telling).order_by(history.c.id))).all()


async def last_line(connection: AsyncConnection, case_id: int) -> int:
    """The id of the last thing that happened to a case; 0 for none."""
    query = sa.select(sa.func.max(history.c.id)).where(history.c.case_id == case_id)
    return (await connection.execute(query)).scalar() or 0


async def unrecorded_runs(
    connection: AsyncConnection, owners: Sequence[str] | None, since: datetime, most: int
) -> Sequence[Any]:
    """Runs begun since then on cases of these owners (None: of any) that no change record was asked for yet."""
    whose = sa.true() if owners is None else cases.c.owner.in_(owners)
    query = (
        sa.select(run.c.id, run.c.case_id, run.c.person, cases.c.owner)
        .join(cases, cases.c.id == run.c.case_id)
        .outerjoin(ticket, ticket.c.subject == run.c.id)
        .where(run.c.at >= since, ticket.c.subject.is_(None), whose)
        .order_by(run.c.at)
        .limit(most)
    )
    return (await connection.execute(query)).all()


# --- what we are told


async def keep_news(connection: AsyncConnection, news: TicketNews, now: datetime) -> tuple[str, bool]:
    """Write down news about a ticket of ours; its subject and whether it is fresh. ("", False) for others' tickets."""
    ours = ticket.c.key == news.ticket
    if news.number:  # it stays when the ticket gets another key
        ours = sa.or_(ours, ticket.c.number == news.number)
    query = sa.select(ticket.c.subject).where(ticket.c.state == "created", ours).limit(1)
    subject: str | None = (await connection.execute(query)).scalar()
    if subject is None:
        return "", False
    row = {
        "id": news.id,
        "subject": subject,
        "by_id": news.by.id if news.by else "",
        "by_name": news.by.name if news.by else "",
        "by_email": news.by.email if news.by else "",
        "changed": sorted(each.value for each in news.changed),
        "at": now,
    }
    kept = insert(connection, ticket_news).values(**row).on_conflict_do_nothing().returning(ticket_news.c.id)
    return subject, (await connection.execute(kept)).scalar() is not None


async def unlooked(connection: AsyncConnection, now: datetime, every: timedelta, most: int) -> list[str]:
    """The subjects of a few tickets, of unfixed cases, that nobody has looked at for so long."""
    last = sa.func.coalesce(ticket.c.looked_at, ticket.c.at)
    query = (
        sa.select(ticket.c.subject)
        .join(cases, cases.c.id == ticket.c.case_id)
        .where(_stale(now - every), ticket.c.kind == "case", cases.c.fixed_at.is_(None), *_free(now))
        .order_by(last)
        .limit(most)
    )
    return list((await connection.execute(query)).scalars())


def _stale(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(ticket.c.at <= before, sa.or_(ticket.c.looked_at.is_(None), ticket.c.looked_at <= before))


async def keep_looks(
    connection: AsyncConnection, subjects: Sequence[str], now: datetime, every: timedelta
) -> list[str]:
    """News of our own making for those of these tickets that are still not looked at: that all may have changed."""
    looked = sa.update(ticket).where(ticket.c.subject.in_(subjects), _stale(now - every)).values(looked_at=now)
    mine = list((await connection.execute(looked.returning(ticket.c.subject))).scalars())
    nobody = {"by_id": "", "by_name": "", "by_email": "", "changed": sorted(each.value for each in Changed), "at": now}
    news = [{"id": f"looked-{each}-{int(now.timestamp())}", "subject": each} | nobody for each in mine]
    if news:
        await connection.execute(sa.insert(ticket_news), news)
    return [str(each["id"]) for each in news]


async def news_by_id(connection: AsyncConnection, news_id: str) -> Any:
    return (await connection.execute(sa.select(ticket_news).where(ticket_news.c.id == news_id))).one_or_none()


async def settle_news(connection: AsyncConnection, news_id: str, outcome: str) -> None:
    """What came of it."""
    await connection.execute(sa.update(ticket_news).where(ticket_news.c.id == news_id).values(outcome=outcome))
