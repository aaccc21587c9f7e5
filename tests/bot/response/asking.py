"""Presses on one stored case, through the real steps, under a configuration and a clock that a test can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.model.policy import Act
from bot.model.priority_tables import Priority
from bot.response.asked import Asked, Desk, Outcome
from bot.response.steps import take
from bot.response.viewing import Viewing
from bot.settings import Settings
from bot.store import tables as t
from bot.store.cases import case_by_id
from bot.store.db import plain
from bot.wiring import Wiring, settings_of
from bot.work.queue import Queue
from connectors.contract.fix import Change, Plan, Risk, RiskLevel, Target
from connectors.contract.message import Identity
from tests.databases import Clock
from tests.whole_policy import whole

TEAMS = """
people:
  - {id: ana, name: Ana Sousa, console: true}
  - {id: ben, name: Ben Okoro, console: true}
  - {id: sue, name: Sue Lind, console: true}
teams:
  - {id: payments, name: Payments, lead: ana, members: [ben]}
  - {id: security, name: Security, lead: sue, members: [sue]}
"""
FIX = "aws.close-open-port"


def settings_with(folder: Path, policy: str, teams: str = TEAMS) -> Settings:
    """The configuration as the bot's own reader makes it; all else as it is when nothing is written."""
    folder.mkdir(parents=True)
    (folder / "teams.yaml").write_text(teams, encoding="utf-8")
    (folder / "policy.yaml").write_text(whole(policy), encoding="utf-8")
    (folder / "suture.yaml").write_text("environments: [production]\n", encoding="utf-8")
    return settings_of(str(folder), {})


@dataclass(slots=True)
class Asking:
    """One case of Payments in production, and a plan of one target for it."""

    wiring: Wiring
    clock: Clock
    settings: Settings
    presses: int = 0

    async def file(self, priority: Priority) -> None:
        """Put the case and its plan on file."""
        now = self.clock()
        case: dict[str, Any] = {
            "owner": "payments",
            "environment": "production",
            "problem": "open-port",
            "owner_why": "made",
        }
        case |= {"kind": "compliance", "title": "SSH is open", "severity": 4, "priority": priority.rank}
        case |= {"sentence": "made", "state": "open", "open_findings": 1, "total_findings": 1, "seen_at": now}
        plan: dict[str, Any] = {"id": "plan-1", "case_id": 1, "fix": FIX, "digest": "d", "person": "ana", "at": now}
        async with self.wiring.store.write() as connection:
            await connection.execute(t.cases.insert(), [case])
            await connection.execute(t.plan.insert(), [plan | {"documents": [plain(_plan(self.clock))]}])

    async def press(self, by: str, act: Act, **arguments: str) -> Asked:
        """A submitted form with a reason; returns what the steps made of it."""
        self.presses += 1
        wiring, identity = replace(self.wiring, settings=self.settings), Identity("console", by)
        async with self.wiring.store.write() as connection:
            case = await case_by_id(connection, 1, lock=True)
            assert case is not None
            desk = Desk(
                connection=connection,
                engine=wiring.engine,
                settings=self.settings,
                fixes=wiring.fixes,
                view=Viewing(wiring).case,
                new_id=wiring.new_id,
                confirm_link=wiring.links.within,
            )
            asked = Asked(
                key=f"press-{self.presses}",
                actor=identity,
                person=self.settings.people.of(identity),
                act=act,
                case=case,
                arguments={"offer": "an-offer", "fix": FIX, **arguments},
                inputs={"reason": "a reason of some length"} | _terms(arguments, self.clock),
                submitted=True,
                now=self.clock(),
            )
            return await take(asked, desk)

    async def sweep(self) -> None:
        """What waits for a time is looked at."""
        wiring = self.wiring
        await Queue(wiring.store, wiring.engine, self.settings, wiring.fixes, self.clock).sweep()

    async def change_case(self, **columns: Any) -> None:
        async with self.wiring.store.write() as connection:
            await connection.execute(sa.update(t.cases).values(**columns))

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table))).all())

    async def lines(self) -> str:
        """All that the thread says."""
        return "\n".join(row.text for row in await self.rows(t.history))


def done(asked: Asked) -> str:
    """The thread's line of what was done; fails with the reason where nothing was."""
    assert asked.outcome is Outcome.DONE, asked.why
    return asked.line


def _terms(arguments: Mapping[str, str], clock: Clock) -> dict[str, str]:
    """Until when a risk is to be accepted, where a test says in how many days."""
    days = arguments.get("days")
    return {"until": (clock() + timedelta(days=int(days))).date().isoformat()} if days else {}


def _plan(clock: Clock) -> Plan:
    return Plan(
        fix=FIX,
        target=Target("111122223333", "eu-west-1", "sg-1"),
        title="Close the port",
        changes=(Change("tcp 22 from 0.0.0.0/0", "allowed", "removed"),),
        blast_radius=(),
        operational_risk=Risk(RiskLevel.UNKNOWN),
        reversible=True,
        state={},
        read_at=clock(),
    )
