"""After a document of VEX came, or its source was turned off: the findings that it speaks of are looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import FindingState
from bot.model.statements import holding
from bot.model.written import finding_of
from bot.store import tables as t
from bot.store.context import context_of
from bot.store.db import Store
from bot.store.findings import chunks
from bot.store.statements import drop_withdrawn, statements_about, vulnerabilities_of
from bot.triage.batch import Rules
from bot.triage.heed import STATED, subject_of
from bot.triage.retriage import retriage
from connectors.contract.finding import Kind

HEED_DISABLED = "statements.disabled"
_AT_ONCE = 500  # findings a transaction


class Statements:
    """Closes and opens findings by what documents say."""

    def __init__(self, store: Store, engine: Engine, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._rules = rules
        self._clock = clock

    async def heed(self, source: str, document: str, last: bool, quietly: bool = False) -> None:
        """Look again at the findings of which a document speaks, or spoke until now. Safe to do again.

        ``last``: what it no longer says is forgotten then. ``quietly``: it was read once more, so that what closes by
        it is shown and not said.
        """
        async with self._store.read() as connection:
            names = await vulnerabilities_of(connection, source, document)
        for piece in chunks(names):
            await self._look_at(await self._candidates(piece), quietly=quietly)
        if last:
            async with self._store.write() as connection:
                await drop_withdrawn(connection, source, document)

    async def disabled(self) -> None:
        """What sources said that are not enabled any more is not heeded any more."""
        query = sa.select(t.stating.c.source, t.stating.c.document).where(
            t.stating.c.source.not_in(self._rules.stating)
        )
        async with self._store.read() as connection:
            rows = (await connection.execute(query.order_by(*query.selected_columns))).all()
        for row in rows:
            await self.heed(row.source, row.document, False)

    async def _candidates(self, names: Sequence[str]) -> list[int]:
        """Open findings of these vulnerabilities, and those that somebody's word closed."""
        also = sa.select(t.finding_alias.c.problem).where(t.finding_alias.c.alias.in_(names))
        query = sa.select(t.finding.c.id).where(
            t.finding.c.problem.in_(names) | t.finding.c.problem.in_(also),
            t.finding.c.kind == Kind.VULNERABILITY.value,
            (t.finding.c.state == FindingState.OPEN.value) | t.finding.c.reason.in_(sorted(STATED)),
        )
        async with self._store.read() as connection:
            return list((await connection.execute(query.order_by(t.finding.c.id))).scalars())

    async def _look_at(self, ids: Sequence[int], *, quietly: bool) -> None:
        for piece in chunks(ids, _AT_ONCE):
            async with self._store.read() as connection:
                rows = (await connection.execute(sa.select(t.finding).where(t.finding.c.id.in_(piece)))).all()
                moving = await self._moving(connection, rows)
            if moving:
                async with self._store.write() as connection:
                    now = self._clock()
                    await retriage(connection, moving, self._rules, self._engine, now, quietly=quietly)

    async def _moving(self, connection: AsyncConnection, rows: Sequence[Any]) -> list[int]:
        """Those that a statement would close, and those that one did close: the others stay as they are."""
        findings = [finding_of(row.document) for row in rows]
        context = await context_of(connection, findings)
        subjects = [subject_of(finding, context.asset_of(finding)) for finding in findings]
        names = {name for subject in subjects for name in subject.vulnerabilities}
        packages = {key for subject in subjects for key in subject.keys}
        told = await statements_about(connection, names, packages, self._rules.stating)
        moving = []
        for row, subject in zip(rows, subjects, strict=True):
            said = holding(told, subject)
            if row.reason in STATED or (said is not None and said.closes):
                moving.append(row.id)
        return moving
