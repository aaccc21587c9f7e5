"""A stored document of VEX, read once more: what begins to hold, and what no longer does, beside what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.findings import chunks
from bot.store.statements import keep_document, statement_rows, write_statements
from connectors.contract.statement import Statement, Stating


@dataclass(frozen=True, slots=True)
class Restated:
    """Ids of the statements that are to hold and do not yet, and of those that are to hold no longer."""

    begins: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()

    @property
    def changed(self) -> int:
        """How many are different: one that is only worded otherwise ends and begins."""
        return max(len(self.begins), len(self.ends))


async def restated(
    connection: AsyncConnection, told: Stating, said: Sequence[Statement], source: str, delivery: str, at: datetime
) -> Restated:
    """What is different when ``delivery``, which came ``at``, says this now; nothing when a later one has the word."""
    made = min(filter(None, (told.at, at)))
    known = sa.select(t.stating).where(t.stating.c.source == source, t.stating.c.document == told.document)
    before = (await connection.execute(known)).one_or_none()
    if before is not None and before.delivery != delivery and before.at >= made:
        return Restated()
    held = sa.select(t.statement.c.id).where(_of(told, source), t.statement.c.holds)
    holding = frozenset((await connection.execute(held)).scalars())
    says = frozenset(row["id"] for row in statement_rows(said, source, delivery, at))
    return Restated(says - holding, holding - says)


async def restate(
    connection: AsyncConnection,
    told: Stating,
    said: Sequence[Statement],
    source: str,
    delivery: str,
    at: datetime,
    different: Restated,
) -> None:
    """Let hold what the document says now. What ends is still there to be asked of which findings it spoke."""
    for piece in chunks(said):
        await write_statements(connection, piece, source, delivery, at)
    await keep_document(connection, told, source, delivery, at)
    for ids in chunks(sorted(different.ends)):
        ending = sa.update(t.statement).where(_of(told, source), t.statement.c.id.in_(ids))
        await connection.execute(ending.values(holds=False, withdrawn=True))


def _of(told: Stating, source: str) -> Any:
    return sa.and_(t.statement.c.source == source, t.statement.c.document == told.document)
