"""What a plan still needs, where two ask at once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.levels import Level, LevelRule, Proposal
from bot.model.policy import Caps, Policy
from bot.model.priority_tables import Priority
from bot.response.clearance import Clearance, Go, No, clearance
from bot.store import runs
from bot.store import tables as t
from bot.store.db import Store
from tests.databases import Clock

POLICY = Policy(levels=(LevelRule(level=Level.L1, environments=None),), caps=Caps(targets_per_hour=3))
TWO_TARGETS = Proposal(
    environment="production", fix="aws.close-open-port", priority=Priority.SCHEDULED, reversible=True, targets=2
)


async def test_two_runs_let_loose_at_once_count_each_other(store: Store, clock: Clock) -> None:
    async def ask() -> Clearance:
        async with store.write() as connection:
            return await clearance(connection, POLICY, TWO_TARGETS, ("sg-1", "sg-2"), clock())

    async with store.write() as connection:
        assert isinstance(await clearance(connection, POLICY, TWO_TARGETS, ("sg-3", "sg-4"), clock()), Go)
        second = asyncio.create_task(ask())
        await asyncio.wait({second}, timeout=0.3)  # it would have its answer by now, if it did not have to wait
        await let_loose(connection, clock())
    assert isinstance(await second, No)


async def let_loose(connection: AsyncConnection, now: datetime) -> None:
    """A run on two targets of a case in production."""
    case = {
        "owner": "payments",
        "owner_why": "",
        "problem": "open-port",
        "kind": "compliance",
        "title": "",
        "severity": 4,
    }
    case |= {"environment": "production", "priority": 2, "sentence": "", "state": "open", "seen_at": now}
    case |= {"open_findings": 2, "total_findings": 2}
    number = (await connection.execute(t.cases.insert().values(case).returning(t.cases.c.id))).scalar_one()
    run = {"id": "run-1", "case_id": number, "plan_id": "plan-1", "fix": "aws.close-open-port", "kind": "apply"}
    run |= {"person": "ana", "state": "waiting", "at": now}
    assert await runs.add_run(connection, run, [{"target": name, "plan": {}} for name in ("sg-3", "sg-4")])
