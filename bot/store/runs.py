"""Runs and their targets: how far each one came, and the state it found before it changed anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import run, run_target


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


async def latest_done(connection: AsyncConnection, case_id: int) -> Any:
    """The latest applied run of a case that ended as done and was not undone, or None."""
    query = (
        sa.select(run)
        .where(run.c.case_id == case_id, run.c.kind == "apply", run.c.state == "done")
        .order_by(run.c.at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).one_or_none()
