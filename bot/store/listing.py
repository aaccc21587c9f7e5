"""Lists for the console's pages: cases, a case's findings, quarantined records. A page at a time, with true totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState, FindingState
from bot.store.tables import cases, finding, plan, quarantine

PAGE = 50
EVERY_STATE = "all"

Place = tuple[str, str]  # (owner's team id, environment): what the policy looks at


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases to list; "" and () are "any". Without a state it is what is not fixed yet."""

    places: tuple[Place, ...]  # those that the reader may see
    state: str = ""
    owner: str = ""
    environment: str | None = None  # None: any; "": those of which nobody knows it
    owners: tuple[str, ...] = ()  # with ``assignee``: *mine*
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of rows, and how many there are in all."""

    rows: Sequence[Any]
    total: int
    page: int  # from 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


async def places(connection: AsyncConnection) -> Sequence[Place]:
    """Every (owner, environment) that some case has."""
    query = sa.select(cases.c.owner, cases.c.environment).distinct().order_by(cases.c.owner, cases.c.environment)
    return [(row.owner, row.environment) for row in await connection.execute(query)]


async def list_cases(connection: AsyncConnection, wanted: CaseFilter, page: int) -> Listed:
    """Cases, most urgent first; what is overdue before what is not."""
    chosen = sa.select(cases).where(*_conditions(wanted))
    ordered = chosen.order_by(
        cases.c.open_findings == 0, cases.c.priority, cases.c.severity.desc(), cases.c.due_at.nulls_last(), cases.c.id
    )
    return await a_page(connection, ordered, page)


async def count_open(connection: AsyncConnection, wanted: CaseFilter, now: datetime) -> Mapping[str, int]:
    """How many unfixed cases there are by priority rank ("0" to "3"), ``overdue`` and ``mitigated``."""
    late = sa.and_(cases.c.due_at < now, cases.c.open_findings > 0)
    waiting = sa.and_(cases.c.state == CaseState.MITIGATED.value)
    query = sa.select(
        *(_count(sa.and_(cases.c.priority == rank, cases.c.open_findings > 0), str(rank)) for rank in range(4)),
        _count(late, "overdue"),
        _count(waiting, "mitigated"),
    ).where(*_conditions(wanted))
    return {key: value or 0 for key, value in (await connection.execute(query)).one()._mapping.items()}


def _count(condition: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0)).label(name)


def _conditions(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [sa.tuple_(cases.c.owner, cases.c.environment).in_(wanted.places)]
    if wanted.state and wanted.state != EVERY_STATE:
        where.append(cases.c.state == wanted.state)
    elif not wanted.state:
        where.append(cases.c.state != CaseState.FIXED.value)
    if wanted.owner:
        where.append(cases.c.owner == wanted.owner)
    if wanted.environment is not None:
        where.append(cases.c.environment == wanted.environment)
    if wanted.assignee:
        where.append(sa.or_(cases.c.owner.in_(wanted.owners), cases.c.assignee == wanted.assignee))
    return where


async def list_findings(connection: AsyncConnection, case_id: int, page: int) -> Listed:
    """All findings of a case, the open ones first."""
    rank = sa.case((finding.c.state == FindingState.OPEN.value, 0), (finding.c.state == "mitigated", 1), else_=2)
    columns = (finding.c[name] for name in ("resource", "asset", "title", "state", "reason", "said", "source"))
    chosen = sa.select(*columns, finding.c.count, finding.c.first_seen, finding.c.last_seen)
    ordered = chosen.where(finding.c.case_id == case_id).order_by(rank, finding.c.priority, finding.c.id)
    return await a_page(connection, ordered, page)


async def list_quarantined(connection: AsyncConnection, page: int, source: str = "") -> Listed:
    """What could not be read, of one source or of all, newest first; what has been read since comes last."""
    ordered = sa.select(quarantine).order_by(quarantine.c.released_at.is_not(None), quarantine.c.id.desc())
    return await a_page(connection, ordered.where(quarantine.c.source == source) if source else ordered, page)


async def plan_read_at(connection: AsyncConnection, case_id: int) -> datetime | None:
    """When the latest plan of a case was read, whether it succeeded or not."""
    query = sa.select(sa.func.max(plan.c.at)).where(plan.c.case_id == case_id)
    found: datetime | None = (await connection.execute(query)).scalar()
    return found


async def a_page(connection: AsyncConnection, ordered: sa.Select[Any], page: int) -> Listed:
    """A page that exists: beyond the last one it is the last one."""
    counted = sa.select(sa.func.count()).select_from(ordered.order_by(None).subquery())
    total = (await connection.execute(counted)).scalar_one()
    shown = min(max(1, page), max(1, -(-total // PAGE)))
    rows = (await connection.execute(ordered.limit(PAGE).offset((shown - 1) * PAGE))).all()
    return Listed(rows, total, shown)
