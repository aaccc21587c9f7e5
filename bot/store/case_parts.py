"""The parts of a case that stand in tables of their own: plan, run, ticket, acceptance, history, dependants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.approval import speakers, wanted
from bot.model.case_view import AcceptanceView, ApprovalView, HistoryLine, RunView, TicketView, Undoable
from bot.model.levels import Level
from bot.model.person import People, Person, Team
from bot.store import tables as t
from bot.store.approvals import voices_of, waiting_of
from bot.store.history import TEAM
from bot.store.runs import undoable_of
from connectors.contract.context import LinkKind
from connectors.contract.fix import Fact, Fix

_NAMED = 3

# Written once: putting a statement together costs more than running it.
_CASE: sa.BindParameter[int] = sa.bindparam("of_case")
# Of two plans of one moment, the one that somebody asked for.
_PLAN = sa.select(t.plan).where(t.plan.c.case_id == _CASE).order_by(t.plan.c.at.desc(), t.plan.c.person.desc()).limit(1)
_RUN = sa.select(t.run).where(t.run.c.case_id == _CASE).order_by(t.run.c.at.desc()).limit(1)
_TARGETS = (
    sa.select(t.run_target.c.target, t.run_target.c.evidence)
    .where(t.run_target.c.run_id == sa.bindparam("of_run"))
    .order_by(t.run_target.c.id)
)
_TICKET = sa.select(t.ticket).where(t.ticket.c.case_id == _CASE, t.ticket.c.kind == "case")
_ACCEPTANCE = (
    sa.select(t.acceptance)
    .where(t.acceptance.c.case_id == _CASE, t.acceptance.c.ended_at.is_(None))
    .order_by(t.acceptance.c.id.desc())
    .limit(1)
)
_HISTORY = (
    sa.select(t.history)
    .where(t.history.c.case_id == _CASE)
    .order_by(t.history.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_DEPENDANTS = (
    sa.select(t.asset.c.name, t.asset.c.source, t.asset.c.read_at)
    .join(t.asset_link, t.asset_link.c.asset == t.asset.c.id)
    .where(
        t.asset_link.c.other.in_(sa.bindparam("ids", expanding=True)),
        t.asset_link.c.kind.in_([LinkKind.DEPENDS_ON.value, LinkKind.RUNS_ON.value]),
    )
    .distinct()
    .order_by(t.asset.c.name)
)


def _name(people: People, person_id: str) -> str:
    person = people.person(person_id)
    return person.name if person else person_id


async def plan_of(connection: AsyncConnection, case_id: int) -> Any:
    """The row of the latest plan, or None."""
    return (await connection.execute(_PLAN, {"of_case": case_id})).one_or_none()


async def run_of(connection: AsyncConnection, case_id: int, people: People, fixes: Mapping[str, Fix]) -> RunView | None:
    """The latest run, with the evidence of its targets."""
    row = (await connection.execute(_RUN, {"of_case": case_id})).one_or_none()
    if row is None:
        return None
    evidence = [
        f"{target.target}: {fact['text']}"
        for target in await connection.execute(_TARGETS, {"of_run": row.id})
        for fact in target.evidence or []
    ]
    return RunView(
        id=row.id,
        fix=row.fix,
        title=fixes[row.fix].title if row.fix in fixes else row.fix,
        kind=row.kind,
        state=row.state,
        person=_name(people, row.person),
        reason=row.reason,
        evidence=tuple(evidence),
        at=row.at,
        finished_at=row.finished_at,
        plan_id=row.plan_id,
        allowed_by=row.allowed_by,
        opens_at=row.opens_at,
    )


async def undo_of(connection: AsyncConnection, case_id: int) -> Undoable | None:
    """What could be undone now."""
    row = await undoable_of(connection, case_id)
    return Undoable(run=row.id, fix=row.fix) if row is not None else None


async def approval_of(
    connection: AsyncConnection, case_id: int, people: People, owner: str, security: str
) -> ApprovalView | None:
    """The question that waits on a case, and whose yes it still needs."""
    row = await waiting_of(connection, case_id)
    if row is None:
        return None
    voices = await voices_of(connection, row.id)
    level, team = Level(row.level), people.team(row.team)
    return ApprovalView(
        id=row.id,
        plan_id=row.subject if row.kind == "plan" else "",
        asks=_asks(row),
        fix=row.fix,
        digest=row.digest,
        requester=_name(people, row.requester),
        requester_id=row.requester,
        level=level,
        given=people.names(voice.person for voice in voices),
        wanted=(f"someone of {team.name}",)
        if team is not None
        else wanted(level, row.requester, speakers(people, voices), people.team(owner), people.team(security)),
        expires_at=row.expires_at,
        until=row.asked.get("until", "")[:10],
        control=row.asked.get("control", ""),
    )


async def ticket_of(connection: AsyncConnection, case_id: int) -> TicketView | None:
    row = (await connection.execute(_TICKET, {"of_case": case_id})).one_or_none()
    return TicketView(state=row.state, key=row.key, url=row.url, reason=row.reason) if row is not None else None


def _asks(row: Any) -> str:
    if row.kind == "plan":
        return "to fix this"
    return f"to accept this risk until {row.asked['until'][:10]}: {row.asked['reason']}"


async def acceptance_of(connection: AsyncConnection, case_id: int, people: People) -> AcceptanceView | None:
    row = (await connection.execute(_ACCEPTANCE, {"of_case": case_id})).one_or_none()
    if row is None:
        return None
    return AcceptanceView(
        person=_name(people, row.person),
        reason=row.reason,
        control=row.control,
        approved_by=_name(people, row.approved_by),
        until=row.until,
        at=row.at,
    )


async def history_of(connection: AsyncConnection, case_id: int, people: People, limit: int) -> tuple[HistoryLine, ...]:
    """The latest lines, oldest first."""
    rows = (await connection.execute(_HISTORY, {"of_case": case_id, "most": limit})).all()
    return tuple(
        HistoryLine(
            id=row.id,
            at=row.at,
            who=_name(people, row.who),
            text=row.text,
            link=row.link,
            calls=_called(people, row.calls),
            aloud=row.aloud,
            quiet=row.quiet,
        )
        for row in reversed(rows)
    )


def _called(people: People, calls: str) -> Person | Team | None:
    """A person by their id, a team by ``team:payments``."""
    if calls.startswith(TEAM):
        return people.team(calls.removeprefix(TEAM))
    return people.person(calls) if calls else None


async def dependants_of(connection: AsyncConnection, assets: Sequence[str]) -> list[Fact]:
    """What the inventory says depends on these assets, as one fact; none when it says nothing."""
    if not assets:
        return []
    rows = (await connection.execute(_DEPENDANTS, {"ids": sorted(assets)})).all()
    if not rows:
        return []
    named = ", ".join(row.name for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    verb = "depends" if len(rows) == 1 else "depend"
    return [Fact(f"{named}{more} {verb} on it", f"inventory {rows[0].source}".strip(), rows[0].read_at)]
