"""Of closed cases, those that statements closed, wholly or in part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState
from bot.model.closing import Closing, Stood
from bot.store.findings import chunks
from bot.store.tables import finding

# Only findings that somebody spoke of are read, by an index of their own: a closed case may have had thousands.
_COUNTS = (
    sa.select(finding.c.case_id, finding.c.reason, finding.c.said_by, sa.func.count().label("findings"))
    .where(finding.c.said_by != "", finding.c.case_id.in_(sa.bindparam("cases", expanding=True)))
    .group_by(finding.c.case_id, finding.c.reason, finding.c.said_by)
)


async def closings(connection: AsyncConnection, cases: Iterable[Any]) -> dict[int, Closing]:
    """How the closed ones of these rows of ``cases`` were closed; those that were simply fixed are not in it."""
    return await _closings(
        connection, {row.id: row.total_findings for row in cases if row.state == CaseState.FIXED.value}
    )


async def closing_of(connection: AsyncConnection, case: Mapping[str, Any]) -> Closing | None:
    """The same of one row of ``cases``."""
    totals = {case["id"]: case["total_findings"]} if case["state"] == CaseState.FIXED.value else {}
    return (await _closings(connection, totals)).get(case["id"])


async def _closings(connection: AsyncConnection, totals: Mapping[int, int]) -> dict[int, Closing]:
    stood: dict[int, list[Stood]] = {}
    for piece in chunks(sorted(totals)):
        for row in await connection.execute(_COUNTS, {"cases": list(piece)}):
            stood.setdefault(row.case_id, []).append(Stood(row.reason, row.said_by, row.findings))
    return {case_id: _closing(found, totals[case_id]) for case_id, found in stood.items()}


def _closing(stood: list[Stood], total: int) -> Closing:
    """What speaks of most comes first."""
    ordered = sorted(stood, key=lambda each: (-each.findings, each.reason, each.by))
    return Closing(tuple(ordered), max(0, total - sum(each.findings for each in stood)))
