"""Asks the real steps: a stored case, a stored plan, a stored question, and one press whose transaction is undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.policy import Act
from bot.model.priority_tables import Priority
from bot.response.asked import Asked, Desk, Outcome
from bot.response.steps import take
from bot.response.viewing import Viewing
from bot.settings import Settings
from bot.store import tables as t
from bot.store.db import plain
from bot.wiring import Wiring, settings_of, wire
from connectors.contract.fix import Change, Plan, Risk, RiskLevel, Target
from connectors.contract.message import Identity
from tests.authz.generate import ENVIRONMENTS, OWNERS
from tests.databases import Clock, Databases
from tests.whole_policy import whole


def settings_from(folder: Path, made: dict[str, Any]) -> Settings:
    """The configuration as a person would have written it, read by the bot's own reader."""
    folder.mkdir(parents=True, exist_ok=True)
    people = [
        {k: v for k, v in person.items() if v} | ({"console": True} if person["console"] else {})
        for person in made["people"]
    ]
    policy = {"rules": made["rules"], "levels": made["levels"]}
    if made["security_team"]:
        policy["security_team"] = made["security_team"]
    (folder / "teams.yaml").write_text(yaml.safe_dump({"people": people, "teams": made["teams"]}))
    (folder / "policy.yaml").write_text(whole(yaml.safe_dump(policy)))
    (folder / "suture.yaml").write_text("environments: [production, staging]\n")
    return settings_of(str(folder), {"DATABASE_URL": "sqlite:///" + str(folder / "unused.sqlite")})


class Office:
    """One database in which every press is taken back."""

    def __init__(self, wiring: Wiring, clock: Clock) -> None:
        self._wiring = wiring
        self._clock = clock
        self._pressed = 0

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path) -> AsyncIterator[Office]:
        url, clock = await asyncio.to_thread(Databases(folder).fresh, "sqlite"), Clock()
        wiring = wire(settings_of(str(_empty(folder)), {"DATABASE_URL": url}), {}, clock=clock)
        await wiring.engine.start(worker=False)
        office = cls(wiring, clock)
        await office._file_cases()
        yield office
        await wiring.engine.stop(grace=1)
        await wiring.close()

    async def _file_cases(self) -> None:
        now = self._clock()
        rows = [
            {
                "owner": owner,
                "environment": environment,
                "problem": "open-port",
                "owner_why": "generated",
                "kind": "compliance",
                "title": "generated",
                "severity": 4,
                "priority": 1,
                "sentence": "generated",
                "state": "open",
                "open_findings": 1,
                "total_findings": 1,
                "seen_at": now,
            }
            for owner in OWNERS
            for environment in ENVIRONMENTS
        ]
        async with self._wiring.store.write() as connection:
            await connection.execute(t.cases.insert(), rows)

    async def answer(self, settings: Settings, q: dict[str, Any]) -> str:
        """What the steps make of the question, in the oracle's words."""
        self._pressed += 1
        wiring = replace(self._wiring, settings=settings)
        async with self._wiring.store.write() as connection:
            case = await self._case(connection, q)
            arguments = await self._arguments(connection, case, q)
            desk = Desk(
                connection=connection,
                engine=wiring.engine,
                settings=settings,
                fixes=wiring.fixes,
                view=Viewing(wiring).case,
                new_id=wiring.new_id,
                confirm_link=wiring.links.within,
            )
            since = q["signed_in"]
            at = self._clock() - timedelta(minutes=since) if since is not None else None
            identity = Identity(q["platform"], q["identity"], groups=tuple(q["groups"]), signed_in_at=at)
            asked = Asked(
                key=f"press-{self._pressed}",
                actor=identity,
                person=settings.people.of(identity),
                act=Act(q["act"]),
                case=case,
                arguments=arguments | {"offer": "an-offer"},
                inputs={"reason": "a reason of some length"} if q["level"] else {},
                submitted=bool(q["level"]),
                now=self._clock(),
            )
            taken = await take(asked, desk)
            said = await self._said(connection, taken, q)
            await connection.rollback()
        return said

    async def _case(self, connection: AsyncConnection, q: dict[str, Any]) -> dict[str, Any]:
        of_it = sa.and_(t.cases.c.owner == q["owner"], t.cases.c.environment == q["environment"])
        row = (await connection.execute(sa.select(t.cases).where(of_it))).mappings().one()
        return dict(row) | {"priority": Priority(q["priority"]).rank}

    async def _arguments(self, connection: AsyncConnection, case: dict[str, Any], q: dict[str, Any]) -> dict[str, Any]:
        """What the button's offer holds; a plan, or a question, is put on file for it."""
        if q["act"] not in ("fix", "approve"):
            return {"fix": q["fix"], "run": "no-such-run", "plan": "no-such-plan"}
        documents = [plain(_plan(q, number)) for number in range(q["targets"])]
        plan = {"id": "plan-1", "case_id": case["id"], "fix": q["fix"], "digest": "d", "person": q["requester"]}
        await connection.execute(t.plan.insert(), [plan | {"documents": documents, "at": self._clock()}])
        if q["act"] == "fix":
            return {"fix": q["fix"], "plan": "plan-1"}
        now = self._clock()
        question = {"id": "approval-1", "case_id": case["id"], "subject": "plan-1", "fix": q["fix"], "digest": "d"}
        question |= {"level": q["level"], "why": "", "requester": q["requester"], "state": "waiting"}
        expires = now.replace(year=now.year + 1)
        await connection.execute(t.approval.insert(), [question | {"at": now, "expires_at": expires}])
        for person, groups in q["voices"].items():
            voice = {"approval_id": "approval-1", "person": person, "reason": "", "at": now, "groups": groups}
            await connection.execute(t.voice.insert(), [voice])
        return {"fix": q["fix"], "approval": "approval-1"}

    async def _said(self, connection: AsyncConnection, taken: Asked, q: dict[str, Any]) -> str:
        if taken.outcome is Outcome.REFUSED:
            return "signs in" if taken.why.startswith("this cannot be undone") else "refused"
        if q["act"] not in ("fix", "approve"):
            return "allowed"
        if (await connection.execute(sa.select(t.run.c.id))).first() is not None:
            return "runs"
        if q["act"] == "approve":
            return "again" if taken.outcome is Outcome.INVALID else "more wanted"
        level = (await connection.execute(sa.select(t.approval.c.level))).scalar_one()
        return f"asks L{level}"


def _plan(q: dict[str, Any], number: int) -> Plan:
    target = Target("111122223333", "eu-west-1", f"sg-{number}")
    change = (Change("tcp 22 from 0.0.0.0/0", "allowed", "removed"),)
    return Plan(
        fix=q["fix"],
        target=target,
        title="generated",
        changes=change,
        blast_radius=(),
        operational_risk=Risk(RiskLevel.UNKNOWN),
        reversible=q["reversible"],
        state={},
        read_at=Clock()(),
    )


def _empty(folder: Path) -> Path:
    empty = folder / "empty"
    empty.mkdir()
    return empty
