"""On-call turns as they were last read: written by the work that reads schedules, asked by whoever needs a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.on_call import OnCall, person_of
from bot.model.person import People
from bot.store.tables import on_call_read, on_call_shift
from bot.store.upsert import insert, replace_rows
from connectors.contract.context import Shift

OLD = timedelta(minutes=30)  # read every five minutes; what is older than this, nobody reads any more

_OF_TEAM: sa.BindParameter[str] = sa.bindparam("of_team")
_NOW = sa.bindparam("now", type_=on_call_read.c.tried_at.type)
_READ = sa.select(on_call_read).where(on_call_read.c.team == _OF_TEAM)
_SHIFTS = sa.select(on_call_shift).where(on_call_shift.c.team == _OF_TEAM)
_BEGUN = sa.or_(on_call_shift.c.starts.is_(None), on_call_shift.c.starts <= _NOW)
# Of several who have a turn now the one called first, and of those the one whose turn began last: a stand-in.
_PRESENT = (
    _SHIFTS.where(_BEGUN, sa.or_(on_call_shift.c.ends.is_(None), on_call_shift.c.ends > _NOW))
    .order_by(on_call_shift.c.level, on_call_shift.c.starts.desc().nulls_last(), on_call_shift.c.number)
    .limit(1)
)
_LATER = sa.select(on_call_shift.c.team).where(on_call_shift.c.team == _OF_TEAM, on_call_shift.c.starts > _NOW).limit(1)
_LAST = _SHIFTS.where(_BEGUN).order_by(on_call_shift.c.ends.desc(), on_call_shift.c.level).limit(1)


async def on_call_of(connection: AsyncConnection, team: str, now: datetime) -> OnCall | None:
    """Who is called first for this team (its id) now; None when the team has no schedule.

    When the schedule cannot be read any more: whose turn it was to be by the last reading, and past its last turn
    whoever had that; ``stale`` then, and ``as_of`` says since when.
    """
    read = (await connection.execute(_READ, {"of_team": team})).one_or_none()
    if read is None:
        return None
    stale = bool(read.problem) or read.tried_at < now - OLD
    asked = {"of_team": team, "now": now}
    shift = (await connection.execute(_PRESENT, asked)).one_or_none()
    if shift is None and stale and (await connection.execute(_LATER, asked)).scalar() is None:
        shift = (await connection.execute(_LAST, asked)).one_or_none()
    return _on_call(read, shift, stale=stale)


def _on_call(read: Any, shift: Any, *, stale: bool) -> OnCall:
    return OnCall(
        person=shift.person if shift is not None else "",
        name=shift.name if shift is not None else "",
        source=read.source,
        as_of=read.read_at,
        stale=stale,
        until=shift.ends if shift is not None else None,
    )


async def write_shifts(
    connection: AsyncConnection, team: str, source: str, shifts: Sequence[Shift], people: People, now: datetime
) -> None:
    """The schedule was read: its turns in place of those of the last time."""
    await connection.execute(sa.delete(on_call_shift).where(on_call_shift.c.team == team))
    rows = [_row(team, number, shift, people) for number, shift in enumerate(shifts)]
    await replace_rows(connection, on_call_shift, rows)
    row = {"team": team, "source": source, "read_at": now, "tried_at": now, "problem": ""}
    await replace_rows(connection, on_call_read, [row])


def _row(team: str, number: int, shift: Shift, people: People) -> dict[str, Any]:
    person = person_of(shift, people)
    return {
        "team": team,
        "number": number,
        "starts": shift.starts,
        "ends": shift.ends,
        "person": person.id if person else "",
        "name": person.name if person else shift.name or shift.email or shift.id,
        "level": shift.level,
    }


async def keep_shifts(connection: AsyncConnection, team: str, source: str, problem: str, now: datetime) -> None:
    """The schedule could not be read: the turns stay as they were, unless they are another schedule's."""
    other = sa.select(on_call_read.c.team).where(on_call_read.c.team == team, on_call_read.c.source != source)
    await connection.execute(sa.delete(on_call_shift).where(on_call_shift.c.team.in_(other)))
    await connection.execute(
        sa.delete(on_call_read).where(on_call_read.c.team == team, on_call_read.c.source != source)
    )
    row = {"team": team, "source": source, "read_at": None, "tried_at": now, "problem": problem}
    changed = {"tried_at": now, "problem": problem}
    statement = insert(connection, on_call_read).on_conflict_do_update(index_elements=["team"], set_=changed)
    await connection.execute(statement, [row])


async def forget_others(connection: AsyncConnection, teams: Collection[str]) -> None:
    """Teams that have no schedule any more have nobody on call."""
    for table in (on_call_shift, on_call_read):
        await connection.execute(sa.delete(table).where(table.c.team.not_in(sorted(teams))))
