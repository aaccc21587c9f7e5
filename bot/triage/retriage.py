"""When the world changes, open findings run through the same stages again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case import FindingState
from bot.model.written import finding_of
from bot.store.tables import finding
from bot.triage.batch import Batch, Change, Item, Rules
from bot.triage.heed import STATED
from bot.triage.rehome import rehome
from bot.triage.stages import triage

_LIVE = (FindingState.OPEN.value, FindingState.MITIGATED.value)


async def open_findings(connection: AsyncConnection, where: sa.ColumnElement[bool]) -> list[int]:
    """The ids of the live findings for which something changed."""
    query = sa.select(finding.c.id).where(where, finding.c.state.in_(_LIVE)).order_by(finding.c.id)
    return list((await connection.execute(query)).scalars())


async def retriage(
    connection: AsyncConnection,
    finding_ids: Sequence[int],
    rules: Rules,
    engine: Engine,
    now: datetime,
    *,
    quietly: bool = False,
) -> None:
    """Run these findings through STAGES as they are stored, also those that somebody's statement closed.

    Nothing is counted as told again; ``quietly``: only what opens is said. Those whose owner or environment was not
    known go to where they belong first.
    """
    live = finding.c.state.in_(_LIVE) | finding.c.reason.in_(sorted(STATED))
    query = sa.select(finding).where(finding.c.id.in_(finding_ids), live)
    rows = (await connection.execute(query)).all()
    await rehome(connection, rows, rules, engine, now)
    items = [
        Item(
            finding_of(row.document),
            row.fingerprint,
            row.delivery,
            row.last_seen,
            change=Change.REFRESHED,
        )
        for row in rows
    ]
    if items:
        await triage(Batch(now=now, items=items, quietly=quietly), connection, rules, engine)
