"""The cases that a list shows: those this person may view, most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState, case_name
from bot.model.closing import Closing
from bot.settings import Settings
from bot.store.closings import closings
from bot.store.tables import cases
from bot.triage.rules import priority_of
from bot.views.answers import CaseLine
from connectors.contract.finding import Severity

_MOST = 1_000


class Looks(Protocol):
    """Somebody who looks at cases: by a command, or on the app's own page."""

    @property
    def connection(self) -> AsyncConnection: ...

    @property
    def settings(self) -> Settings: ...

    def may_view(self, owner: str, environment: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; "" and () are "any". Without a state it is what is not fixed."""

    owners: tuple[str, ...] = ()
    assignee: str = ""  # or taken by this person
    environment: str = ""
    severity: Severity | None = None
    state: str = ""

    def narrowed(self, **changes: Any) -> Wanted:
        return replace(self, **changes)


async def case_lines(call: Looks, wanted: Wanted) -> tuple[list[CaseLine], int]:
    """The lines, and how many there are in all."""
    query = sa.select(cases).order_by(cases.c.priority, cases.c.severity.desc(), cases.c.id).limit(_MOST)
    if wanted.state:
        query = query.where(cases.c.state == wanted.state)
    else:
        query = query.where(cases.c.state != CaseState.FIXED.value)
    if wanted.owners or wanted.assignee:
        mine = cases.c.owner.in_(wanted.owners)
        query = query.where(sa.or_(mine, cases.c.assignee == wanted.assignee) if wanted.assignee else mine)
    if wanted.environment:
        query = query.where(cases.c.environment == wanted.environment)
    if wanted.severity is not None:
        query = query.where(cases.c.severity == int(wanted.severity))
    rows: Sequence[Any] = (await call.connection.execute(query)).all()
    rows = [row for row in rows if call.may_view(row.owner, row.environment)]
    closed = await closings(call.connection, rows)
    lines = [_line(call, row, closed.get(row.id)) for row in rows]
    return lines, len(lines)


def _line(call: Looks, row: Any, closing: Closing | None) -> CaseLine:
    team = call.settings.people.team(row.owner)
    return CaseLine(
        name=case_name(row.id),
        link=f"{call.settings.public_url.rstrip('/')}/cases/{case_name(row.id)}",
        severity=Severity(row.severity).word,
        priority=priority_of(row.priority).value,
        state=CaseState(row.state),
        title=row.title,
        owner=team.name if team else row.owner or "nobody",
        environment=row.environment,
        closing=closing,
    )
