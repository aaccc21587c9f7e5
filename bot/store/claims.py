"""What a claim that a case is fixed is checked against: its findings, and what tools reported after the claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.written import finding_of
from bot.store.tables import cases, finding
from connectors.contract.finding import Finding

_GRACE = timedelta(minutes=10)  # a report that was on its way when the ticket was closed says nothing of it
_LIVE = (FindingState.OPEN.value, FindingState.MITIGATED.value)


async def live_findings(connection: AsyncConnection, case_id: int) -> list[tuple[Any, Finding]]:
    """The case's open and mitigated findings, each as its row and as it was reported."""
    query = sa.select(finding).where(finding.c.case_id == case_id, finding.c.state.in_(_LIVE)).order_by(finding.c.id)
    return [(row, finding_of(row.document)) for row in (await connection.execute(query)).all()]


async def close_findings(connection: AsyncConnection, ids: Sequence[int], state: FindingState, now: datetime) -> int:
    """Resolve those of these findings that are in that state; how many."""
    closed = (
        sa.update(finding)
        .where(finding.c.id.in_(ids), finding.c.state == state.value)
        .values(state=FindingState.RESOLVED.value, reason="verified after its ticket was closed", resolved_at=now)
    )
    return int((await connection.execute(closed)).rowcount)


async def claims_reported_since(connection: AsyncConnection) -> Sequence[Any]:
    """Claimed cases that a tool has reported as open since: id, claimed_at, and a source with its resource."""
    grace = int(_GRACE.total_seconds() * 1_000_000)
    since = sa.type_coerce(cases.c.claimed_at, sa.BigInteger) + grace
    query = (
        sa.select(cases.c.id, cases.c.claimed_at, sa.func.min(finding.c.source).label("source"))
        .add_columns(sa.func.min(finding.c.resource).label("resource"))
        .join(finding, finding.c.case_id == cases.c.id)
        .where(
            cases.c.claimed_at.is_not(None),
            finding.c.state == FindingState.OPEN.value,
            sa.type_coerce(finding.c.last_seen, sa.BigInteger) > since,
        )
        .group_by(cases.c.id, cases.c.claimed_at)
        .limit(50)
    )
    return (await connection.execute(query)).all()
