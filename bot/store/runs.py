"""Runs and their targets: how far each one came, and the state it found before it changed anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState
from bot.store.db import only_reads
from bot.store.tables import cases, run, run_target
from bot.store.upsert import insert

_HOUR = timedelta(hours=1)
SETTLED = (CaseState.MITIGATED.value, CaseState.FIXED.value)  # of a case in which nothing is left to be fixed now
_ENDED = frozenset({"done", "failed", "unknown"})  # how a run ended whose changes still stand
_TURN = "suture changes in "


async def begin(connection: AsyncConnection, run_id: str) -> Any:
    """The run, now running; None when it has ended already."""
    begun = (
        sa.update(run)
        .where(run.c.id == run_id, run.c.state.in_(["waiting", "running"]))
        .values(state="running")
        .returning(run)
    )
    return (await connection.execute(begun)).one_or_none()


async def targets_of(connection: AsyncConnection, run_id: str) -> Sequence[Any]:
    query = sa.select(run_target).where(run_target.c.run_id == run_id).order_by(run_target.c.id)
    return (await connection.execute(query)).all()


async def found_of(connection: AsyncConnection, target_id: int) -> Mapping[str, Any] | None:
    """The state found before the first change, None when none was written down."""
    found = (await connection.execute(sa.select(run_target.c.found).where(run_target.c.id == target_id))).scalar()
    return dict(found) if found else None


async def record_target(connection: AsyncConnection, target_id: int, values: Mapping[str, Any]) -> None:
    await connection.execute(sa.update(run_target).where(run_target.c.id == target_id).values(**values))


async def run_by_id(connection: AsyncConnection, run_id: str) -> Any:
    return (await connection.execute(sa.select(run).where(run.c.id == run_id))).one_or_none()


async def unended(connection: AsyncConnection) -> Sequence[Any]:
    """Runs that have not ended."""
    query = sa.select(run).where(run.c.state.in_(["waiting", "running"])).order_by(run.c.at)
    return (await connection.execute(query)).all()


async def give_up(connection: AsyncConnection, run_id: str) -> None:
    """Nobody carries this run any more: what was begun is unknown, what was not is failed."""
    of_run = run_target.c.run_id == run_id
    begun = run_target.c.state.in_(["intended", "applied"])
    why = "it was interrupted by an error of ours"
    await connection.execute(sa.update(run_target).where(of_run, begun).values(state="unknown", reason=why))
    waiting = run_target.c.state == "waiting"
    await connection.execute(sa.update(run_target).where(of_run, waiting).values(state="failed", reason=why))


async def undoable_of(connection: AsyncConnection, case_id: int) -> Any:
    """The latest run of a case that changed something (id, fix, state), or None once that was put back.

    A try to undo it that failed or was halted leaves it as it is: it may be tried again."""
    query = (
        sa.select(run.c.id, run.c.fix, run.c.state, run_target.c.receipt)
        .join(run_target, run_target.c.run_id == run.c.id)
        .where(run.c.case_id == case_id, run.c.kind == "apply", run_target.c.receipt.is_not(None))
        .order_by(run.c.at.desc())
    )
    latest = next((row for row in await connection.execute(query) if row.receipt and row.receipt["changed"]), None)
    return latest if latest is not None and latest.state in _ENDED else None


async def undos_of(connection: AsyncConnection, run_id: str) -> Sequence[Any]:
    """The runs that were to undo this one, the first first."""
    return (await connection.execute(sa.select(run).where(run.c.undoes == run_id).order_by(run.c.at))).all()


async def holding(connection: AsyncConnection, case_id: int) -> list[tuple[Any, Any]]:
    """(run, target) of everything in a case that a run of ours changed and proved, also one that failed elsewhere.

    Of several runs on one target the latest counts; what was undone since, whole or in part, is not among them.
    """
    ended = sa.select(run).where(run.c.case_id == case_id, run.c.finished_at.is_not(None)).order_by(run.c.finished_at)
    held: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for each in (await connection.execute(ended)).all():
        for target in await targets_of(connection, each.id):
            place = (each.fix, target.plan["target"]["account"], target.target)
            if each.kind == "apply" and target.state == "verified":
                held[place] = (each, target)
            elif each.kind == "undo" and target.state in ("undone", "partly"):
                held.pop(place, None)
    return list(held.values())


async def add_run(connection: AsyncConnection, values: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]) -> bool:
    """Write a run and its targets down, once; False when there is one of that id."""
    begun = insert(connection, run).values(**values).on_conflict_do_nothing().returning(run.c.id)
    if (await connection.execute(begun)).scalar() is None:
        return False
    rows = [{"run_id": values["id"], "state": "waiting", "at": values["at"], **each} for each in targets]
    await connection.execute(run_target.insert(), rows)
    return True


async def change_run(connection: AsyncConnection, run_id: str, before: str, values: Mapping[str, Any]) -> bool:
    """Change a run that is still in the state ``before``; False when it has moved on."""
    changed = sa.update(run).where(run.c.id == run_id, run.c.state == before).values(**values)
    return bool((await connection.execute(changed)).rowcount)


async def stop(connection: AsyncConnection, run_id: str, person: str, why: str) -> None:
    """Write down who halted a run under way, and why."""
    await connection.execute(sa.update(run).where(run.c.id == run_id).values(stopped_by=person, reason=why))


async def queued(connection: AsyncConnection, now: datetime, limit: int, *, after: str = "") -> Sequence[Any]:
    """Runs whose change window was to open by now, or whose case needs none any more; by their ids, ``after`` one."""
    ready = sa.or_(run.c.opens_at <= now, cases.c.state.in_(SETTLED))
    query = sa.select(run).join(cases, cases.c.id == run.c.case_id).where(run.c.state == "queued", ready)
    return (await connection.execute(query.where(run.c.id > after).order_by(run.c.id).limit(limit))).all()


async def in_turn(connection: AsyncConnection, environment: str) -> None:
    """Until this transaction ends no other counts what was changed in that environment: of two runs that are let loose
    at once, each must count the other. SQLite's write transaction has no rival; who only reads lets nothing loose.
    """
    if connection.dialect.name == "postgresql" and not only_reads(connection):
        lock = sa.func.hashtextextended(f"{_TURN}{environment}", 0)
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


async def changed_since(connection: AsyncConnection, environment: str, now: datetime) -> int:
    """How many targets runs were let loose on in an environment within the last hour."""
    query = (
        sa.select(sa.func.count())
        .select_from(run_target.join(run, run.c.id == run_target.c.run_id).join(cases, cases.c.id == run.c.case_id))
        .where(cases.c.environment == environment, run.c.kind == "apply", run.c.at > now - _HOUR)
        .where(run.c.state.not_in(["queued", "cancelled"]))
    )
    return int((await connection.execute(query)).scalar() or 0)


async def failed_since(connection: AsyncConnection, environment: str, now: datetime) -> Sequence[str]:
    """The runs that failed in an environment within the last hour, or ended as unknown; not those a person halted."""
    query = (
        sa.select(run.c.id)
        .join(cases, cases.c.id == run.c.case_id)
        .where(cases.c.environment == environment, run.c.kind == "apply", run.c.finished_at > now - _HOUR)
        .where(run.c.state.in_(["failed", "unknown"]), run.c.stopped_by == "")
        .order_by(run.c.finished_at)
    )
    return tuple((await connection.execute(query)).scalars())
