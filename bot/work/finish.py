"""How a run ends: the findings it covered, the case, the thread, the trail, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import FindingState, case_name
from bot.model.freeze import Freeze
from bot.response.report import settle
from bot.settings import Settings
from bot.store import audit, runs
from bot.store.case_targets import case_targets
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.freezes import begin_freeze, freeze_of
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tables import finding, run
from bot.views.counts import counted
from bot.views.freezes import place_words
from connectors.contract.fix import Fix


class Finish:
    """Writes down how runs ended."""

    def __init__(
        self, store: Store, engine: Engine, settings: Settings, fixes: Mapping[str, Fix], clock: Clock
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._fixes = fixes
        self._clock = clock

    async def stranded(self) -> None:
        """A run whose work ended in an error must not vanish: it ends too, as unknown or failed, and says so."""
        async with self._store.read() as connection:
            left = await runs.unended(connection)
        alive = await self._engine.alive([row.id for row in left])
        for row in left:
            if row.id not in alive:
                async with self._store.write() as connection:
                    await runs.give_up(connection, row.id)
                await self.run(row.id)

    async def run(self, run_id: str) -> str:
        """End one run by what its targets say; returns done, failed, undone or unknown."""
        now = self._clock()
        async with self._store.write() as connection:
            row = await runs.run_by_id(connection, run_id)
            targets = await runs.targets_of(connection, run_id)
            state, reason = outcome(row.kind, targets)
            if row.stopped_by:
                state, reason = halted(row, state, reason, targets)
            case = await case_by_id(connection, row.case_id, lock=True)
            assert case is not None
            await connection.execute(
                sa.update(run).where(run.c.id == run_id).values(state=state, reason=reason, finished_at=now)
            )
            if row.kind == "undo" and state == "undone":
                await connection.execute(sa.update(run).where(run.c.id == row.undoes).values(state="undone"))
            moved = await self._move_findings(connection, row, targets)
            changes: dict[str, Any] = {"running": ""} | _counted(case, row.kind, moved)
            await settle(connection, case, changes, now)
            text = said(self._title(row.fix), row.kind, state, reason, targets)
            await add_lines(connection, [Line(row.case_id, now, "", text, aloud=state in ("failed", "unknown"))])
            await audit.append(connection, [_record(row, state, reason, targets, now)])
            await self._break_circuit(connection, row, case, state, now)
            await raise_case(connection, self._engine, row.case_id, case["priority"])
        return state

    async def _break_circuit(
        self, connection: AsyncConnection, row: Any, case: Mapping[str, Any], state: str, now: datetime
    ) -> None:
        """Too many failed runs within an hour freeze their environment, until somebody has looked."""
        environment, most = case["environment"], self._settings.policy.caps.failures
        if row.kind != "apply" or state not in ("failed", "unknown") or row.stopped_by:
            return
        failed = await runs.failed_since(connection, environment, now)
        if len(failed) < most or await freeze_of(connection, environment, now) is not None:
            return
        why = f"{counted(len(failed), 'run')} failed within an hour ({', '.join(failed[-most:])})"
        await begin_freeze(connection, Freeze(environment=environment, person="", reason=why, at=now))
        text = f"{place_words(environment).capitalize()} is frozen now: {why}. Nothing is changed there until it ends."
        await add_lines(connection, [Line(row.case_id, now, "", text, aloud=True)])
        record = audit.Record(
            at=now,
            who="suture",
            act="freeze",
            target=environment or "unknown",
            where_from=f"run {row.id}",
            outcome="done",
            detail={"why": why},
        )
        await audit.append(connection, [record])

    def _title(self, fix_id: str) -> str:
        return self._fixes[fix_id].title if fix_id in self._fixes else fix_id

    async def _move_findings(self, connection: AsyncConnection, row: Any, targets: Sequence[Any]) -> int:
        """Findings whose every target is verified become mitigated; after an undo, also half of one, they are open."""
        before, after = (
            (FindingState.OPEN, FindingState.MITIGATED)
            if row.kind == "apply"
            else (FindingState.MITIGATED, FindingState.OPEN)
        )
        wanted = ("verified",) if row.kind == "apply" else ("undone", "partly")
        there = {(t.plan["target"]["account"], t.plan["target"]["id"]) for t in targets if t.state in wanted}
        if not there:
            return 0
        covered = await self._covered(connection, row.case_id, row.fix, there)
        if not covered:
            return 0
        moved = await connection.execute(
            sa.update(finding)
            .where(finding.c.id.in_(covered), finding.c.state == before.value)
            .values(state=after.value, reason="" if after is FindingState.OPEN else row.id)
        )
        return int(moved.rowcount)

    async def _covered(
        self, connection: AsyncConnection, case_id: int, fix_id: str, there: Collection[tuple[str, str]]
    ) -> list[int]:
        found: set[int] = set()
        for each, target, findings in await case_targets(connection, case_id, self._fixes):
            if each == fix_id and (target.account, target.id) in there:
                found.update(findings)
        return sorted(found)


def outcome(kind: str, targets: Sequence[Any]) -> tuple[str, str]:
    """(state, reason) of a run: the worst of its targets; what a halt left alone is said."""
    states = [target.state for target in targets]
    reasons = "; ".join(f"{t.target}: {t.reason}" for t in targets if t.reason)
    left = sum(state in ("waiting", "intended", "applied") for state in states)
    if left:
        reasons += f"{'; ' if reasons else ''}halted: {left} target{'s' if left > 1 else ''} left alone"
    if "unknown" in states:
        return "unknown", reasons
    if "failed" in states or "partly" in states or left:
        return "failed", reasons
    return ("done" if kind == "apply" else "undone"), reasons


def halted(row: Any, state: str, reason: str, targets: Sequence[Any]) -> tuple[str, str]:
    """(state, reason) of a run that somebody stopped: cancelled where nothing was begun, else what it came to."""
    if all(target.state == "waiting" for target in targets):
        return "cancelled", row.reason or f"stopped by {row.stopped_by}; nothing was changed"
    return state, f"{row.reason or f'stopped by {row.stopped_by}'}; {reason}"


def _counted(case: Mapping[str, Any], kind: str, moved: int) -> dict[str, Any]:
    step = moved if kind == "apply" else -moved
    changes: dict[str, Any] = {
        "open_findings": case["open_findings"] - step,
        "mitigated_findings": case["mitigated_findings"] + step,
    }
    if kind == "apply" and changes["open_findings"] == 0:
        changes |= {"regressed": False}
    return changes


def said(title: str, kind: str, state: str, reason: str, targets: Sequence[Any]) -> str:
    """The thread's sentence about how a run ended."""
    good = [target for target in targets if target.state in ("verified", "undone")]
    told = targets if state in ("done", "undone") else [target for target in targets if target not in good]
    evidence = next((fact["text"] for t in told for fact in (t.evidence or [])), "")
    proof = f" Read back: {evidence}." if evidence else ""
    why = f" {reason}." if reason else ""
    if state == "done":
        return f"Fixed at run time and verified: {title}.{proof}"
    if state == "undone":
        return f"Undone and verified: {title}.{proof}"
    if state == "cancelled":
        return f"Stopped before it changed anything: {title}.{why}"
    verb = "The fix" if kind == "apply" else "The undo"
    if good:
        how = "changed and verified" if kind == "apply" else "undone and verified"
        why = f" {len(good)} of {counted(len(targets), 'target')}: {how}.{why}"
    if state == "unknown":
        return f"{verb} ended as UNKNOWN: {title}.{why} Look at the target before doing anything else."
    return f"{verb} failed: {title}.{why}{proof}"


def _record(row: Any, state: str, reason: str, targets: Sequence[Any], now: datetime) -> audit.Record:
    return audit.Record(
        at=now,
        who="suture",
        act=f"{row.kind} ended",
        target=case_name(row.case_id),
        where_from=f"run {row.id}, started by {row.person}",
        outcome=state,
        detail={"fix": row.fix, "reason": reason, "targets": {t.target: t.state for t in targets}},
    )
