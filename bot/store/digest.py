"""How a team stands: its cases counted by priority and state, and the few that a digest names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState, case_name
from bot.model.digest import DigestCase, TeamDigest
from bot.model.person import Team
from bot.model.priority_tables import Priority
from bot.store.tables import cases, digest
from bot.store.upsert import insert
from connectors.contract.finding import Severity

_NAMED = 5
_SOON = timedelta(days=7)
_NEEDS_SOMEBODY = (CaseState.OPEN.value, CaseState.REGRESSED.value, CaseState.ACKNOWLEDGED.value)


async def team_digest(
    connection: AsyncConnection, team: Team, now: datetime, link: str, *, environments: Collection[str] | None = None
) -> TeamDigest:
    """The digest of one team as it stands; ``environments`` narrows it to what a person may view."""
    theirs = cases.c.owner == team.id
    if environments is not None:
        theirs = sa.and_(theirs, cases.c.environment.in_(sorted(environments)))
    ending = _ending(theirs, now)
    soon = ending.order_by(cases.c.until, cases.c.id).limit(_NAMED)
    in_all = sa.select(sa.func.count()).select_from(ending.subquery())
    return TeamDigest(
        team=team.name,
        link=f"{link.rstrip('/')}/?team={team.id}",
        counts=await _counts(connection, theirs),
        overdue=(await connection.execute(_overdue(theirs, now))).scalar() or 0,
        urgent=_named(await connection.execute(_urgent(theirs)), link),
        ending=_named(await connection.execute(soon), link),
        ending_in_all=(await connection.execute(in_all)).scalar() or 0,
    )


async def environments_of(connection: AsyncConnection, team: str) -> list[str]:
    """Where the team has cases."""
    query = sa.select(cases.c.environment).where(cases.c.owner == team).distinct()
    return list((await connection.execute(query)).scalars())


async def _counts(
    connection: AsyncConnection, theirs: sa.ColumnElement[bool]
) -> tuple[tuple[Priority, tuple[tuple[CaseState, int], ...]], ...]:
    query = sa.select(cases.c.priority, cases.c.state, sa.func.count()).where(
        theirs, cases.c.state != CaseState.FIXED.value
    )
    found: dict[Priority, dict[CaseState, int]] = defaultdict(lambda: defaultdict(int))
    for rank, state, count in await connection.execute(query.group_by(cases.c.priority, cases.c.state)):
        found[Priority.of_rank(rank)][CaseState(state)] += count
    return tuple(
        (priority, tuple((state, found[priority][state]) for state in CaseState if found[priority][state]))
        for priority in Priority
        if priority in found
    )


def _overdue(theirs: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(theirs, cases.c.due_at < now, cases.c.state.in_(_NEEDS_SOMEBODY))


def _urgent(theirs: sa.ColumnElement[bool]) -> sa.Select[Any]:
    query = sa.select(cases).where(theirs, cases.c.state.in_(_NEEDS_SOMEBODY))
    return query.order_by(cases.c.priority, cases.c.severity.desc(), cases.c.due_at, cases.c.id).limit(_NAMED)


def _ending(theirs: sa.ColumnElement[bool], now: datetime) -> sa.Select[Any]:
    return sa.select(cases).where(theirs, cases.c.state == CaseState.ACCEPTED.value, cases.c.until <= now + _SOON)


def _named(rows: Iterable[Any], link: str) -> tuple[DigestCase, ...]:
    return tuple(
        DigestCase(
            name=case_name(row.id),
            link=f"{link.rstrip('/')}/cases/{case_name(row.id)}",
            title=row.title,
            severity=Severity(row.severity).word,
            priority=Priority.of_rank(row.priority),
            state=CaseState(row.state),
            environment=row.environment,
            due_at=row.due_at,
            until=row.until,
        )
        for row in rows
    )


async def begin_digest(connection: AsyncConnection, key: str, team: str, at: datetime) -> int | None:
    """A new digest; None when there is one of this key, so that each is told once."""
    statement = insert(connection, digest).values(key=key, team=team, at=at)
    statement = statement.on_conflict_do_nothing(index_elements=["key"]).returning(digest.c.id)
    begun: int | None = (await connection.execute(statement)).scalar()
    return begun


async def known_digests(connection: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Which of these keys there are already."""
    query = sa.select(digest.c.key).where(digest.c.key.in_(sorted(keys)))
    return set((await connection.execute(query)).scalars())


async def digest_by_id(connection: AsyncConnection, digest_id: int) -> Any:
    """The row, or None."""
    return (await connection.execute(sa.select(digest).where(digest.c.id == digest_id))).one_or_none()
