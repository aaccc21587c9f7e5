"""What we mitigated is verified again, by the clock and after each deploy; what came back is reopened as regressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import CaseState, Decision, FindingState, case_name
from bot.response.report import settle
from bot.settings import Settings
from bot.store import audit, runs
from bot.store.case_targets import case_targets
from bot.store.cases import case_by_id
from bot.store.context import near_assets
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tables import cases, deploy, finding
from bot.triage.call import call_again
from bot.work.plans import Accounts
from bot.work.read_back import verify
from connectors.contract.fix import Fix, Plan

log = structlog.get_logger()

CASE = "watch.case"
_DEPLOYS = 100  # that are looked through for the one that came between
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


class Watch:
    """Looks again at what is mitigated."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: Settings,
        fixes: Mapping[str, Fix],
        accounts: Accounts,
        clock: Clock,
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._fixes = fixes
        self._accounts = accounts
        self._clock = clock

    async def all(self) -> None:
        """Ask for each mitigated case to be looked at."""
        mitigated = sa.select(cases.c.id).where(cases.c.mitigated_findings > 0, cases.c.running == "")
        async with self._store.write() as connection:
            found = list((await connection.execute(mitigated)).scalars())
            await self._engine.enqueue_all(connection, [(CASE, [case_id], "") for case_id in found])

    async def case(self, case_id: int) -> None:
        """Verify one mitigated case again; reopen it when it does not hold. What cannot be read changes nothing."""
        async with self._store.read() as connection:
            case = await case_by_id(connection, case_id)
            held = await runs.holding(connection, case_id)
        if case is None or case["running"] or case["mitigated_findings"] == 0:
            return
        gone = []
        for run, target in held:
            fix = self._fixes.get(run.fix)
            if fix is not None:
                plan = _PLAN.validate_python(target.plan)
                proof = await verify(fix, plan, self._accounts, self._clock)
                if proof.holds is False:
                    gone.append((run, target, proof))
        if gone:
            await self._regressed(case_id, gone)

    async def _regressed(self, case_id: int, gone: Sequence[Any]) -> None:
        """``gone``: (run, target, what was read) of each that does not hold; what holds still stays mitigated."""
        now, run = self._clock(), gone[0][0]
        async with self._store.write() as connection:
            case = await case_by_id(connection, case_id, lock=True)
            if case is None or case["running"] or case["mitigated_findings"] == 0:
                return
            reopened = await connection.execute(
                sa.update(finding)
                .where(finding.c.id.in_(await self._of(connection, case_id, gone)))
                .where(finding.c.state == FindingState.MITIGATED.value)
                .values(state=FindingState.OPEN.value, reason="", reopened=finding.c.reopened + 1)
            )
            if not reopened.rowcount:
                return
            changes = {
                "open_findings": case["open_findings"] + reopened.rowcount,
                "mitigated_findings": case["mitigated_findings"] - reopened.rowcount,
                "regressed": True,
                "decision": Decision.NONE.value,
                "until": None,
                "mitigated_at": None,
                "fixed_at": None,
            }
            state = await settle(connection, case, changes, now)
            assert state is CaseState.REGRESSED
            line, link = await self._said(connection, run, gone)
            await add_lines(connection, [Line(case_id, now, "", line, link, aloud=True)])
            await call_again(connection, self._engine, self._settings, case, now)
            await audit.append(connection, [_record(case_id, run, line, now)])
            await raise_case(connection, self._engine, case_id, case["priority"])

    async def _of(self, connection: AsyncConnection, case_id: int, gone: Sequence[Any]) -> list[int]:
        """The findings whose target does not hold; where none has it any more, all that are mitigated, to be safe."""
        places = {(run.fix, target.plan["target"]["account"], target.target) for run, target, _ in gone}
        targets = await case_targets(connection, case_id, self._fixes)
        theirs = {one for fix, at, found in targets if (fix, at.account, at.id) in places for one in found}
        if theirs:
            return sorted(theirs)
        mitigated = (finding.c.case_id == case_id, finding.c.state == FindingState.MITIGATED.value)
        return list((await connection.execute(sa.select(finding.c.id).where(*mitigated))).scalars())

    async def _said(self, connection: AsyncConnection, run: Any, gone: Sequence[Any]) -> tuple[str, str]:
        """The sentence, naming the deploy that came between, if there was one."""
        last = await deploy_between(connection, run.case_id, [each.target for _, each, _ in gone], run.finished_at)
        _, target, proof = gone[0]
        seen = proof.evidence[0].text if proof.evidence else "read back, it is no longer as the fix left it"
        line = f"It came back on {target.target}: {seen}."
        if last is None:
            return line, ""
        return f"{line} The deploy {last.name} came between{f' (by {last.actor})' if last.actor else ''}.", last.url


async def deploy_between(connection: AsyncConnection, case_id: int, targets: Sequence[str], since: datetime) -> Any:
    """The last deploy since then that may have done it: it named no asset, or one that has to do with the case."""
    near = await near_assets(connection, case_id, targets)
    query = sa.select(deploy).where(deploy.c.at >= since).order_by(deploy.c.at.desc()).limit(_DEPLOYS)
    rows = (await connection.execute(query)).all()
    return next((row for row in rows if not row.asset or row.asset.lower() in near), None)


def _record(case_id: int, run: Any, line: str, now: datetime) -> audit.Record:
    return audit.Record(
        at=now,
        who="suture",
        act="watch",
        target=case_name(case_id),
        where_from=f"run {run.id}",
        outcome="regressed",
        detail={"why": line},
    )
