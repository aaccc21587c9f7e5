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
    """What a list is narrowed to, to any of each; "" and () are all. Without a state it is what is not fixed."""

    owners: tuple[str, ...] = ()
    assignee: str = ""  # or taken by this person
    environments: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    states: tuple[str, ...] = ()

    def narrowed(self, **more: Any) -> Wanted:
        """One more of each: ``list critical high`` is both."""
        wider: dict[str, Any] = {name: (*getattr(self, name), value) for name, value in more.items()}
        return replace(self, **wider)


async def case_lines(call: Looks, wanted: Wanted) -> tuple[list[CaseLine], int]:
    """The lines, and how many there are in all; of very many only the first are there.

    What this person may not see is left out before it is counted or cut.
    """
    which = _which(wanted)
    counted = sa.select(cases.c.owner, cases.c.environment, sa.func.count()).where(which)
    counts = (await call.connection.execute(counted.group_by(cases.c.owner, cases.c.environment))).all()
    seen = {(owner, place): count for owner, place, count in counts if call.may_view(owner, place)}
    query = sa.select(cases).where(which, sa.tuple_(cases.c.owner, cases.c.environment).in_(sorted(seen)))
    query = query.order_by(cases.c.priority, cases.c.severity.desc(), cases.c.id).limit(_MOST)
    rows: Sequence[Any] = (await call.connection.execute(query)).all() if seen else ()
    closed = await closings(call.connection, rows)
    return [_line(call, row, closed.get(row.id)) for row in rows], sum(seen.values())


def _which(wanted: Wanted) -> sa.ColumnElement[bool]:
    fixed = CaseState.FIXED.value
    which = [cases.c.state.in_(wanted.states) if wanted.states else cases.c.state != fixed]
    if wanted.owners or wanted.assignee:
        mine = cases.c.owner.in_(wanted.owners)
        which.append(sa.or_(mine, cases.c.assignee == wanted.assignee) if wanted.assignee else mine)
    if wanted.environments:
        which.append(cases.c.environment.in_(wanted.environments))
    if wanted.severities:
        which.append(cases.c.severity.in_([int(each) for each in wanted.severities]))
    return sa.and_(*which)


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
