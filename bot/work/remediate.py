"""Carrying out a run: one target first, then waves; prove each by reading it back; halt when a wave does not hold.

Work may start again after a crash. Each target's row says how far it came, and the target itself is asked before
anything is repeated: no fix runs twice, none vanishes, and each ends as done, failed, undone or unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter

from bot import metrics
from bot.engine import Clock
from bot.store import runs
from bot.store.db import Store, plain
from bot.work.finish import Finish
from bot.work.halting import halt
from bot.work.plans import Accounts
from bot.work.read_back import seen, verify
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.fix import Fix, Plan, Receipt, Verification

log = structlog.get_logger()

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)
_WAVE = 5  # targets at once, after the first one alone
_TRIES = 3

Answer = TypeVar("Answer")
Sleep = Callable[[float], Awaitable[None]]


class Remediate:
    """Runs, one at a time for a case."""

    def __init__(
        self,
        store: Store,
        fixes: Mapping[str, Fix],
        accounts: Accounts,
        finish: Finish,
        clock: Clock,
        sleep: Sleep,
    ) -> None:
        self._store = store
        self._fixes = fixes
        self._accounts = accounts
        self._finish = finish
        self._clock = clock
        self._sleep = sleep

    async def run(self, run_id: str) -> None:
        """Carry out, or carry on, one run."""
        async with self._store.write() as connection:
            run = await runs.begin(connection, run_id)
        if run is None:
            return  # it has ended already
        async with self._store.read() as connection:
            targets = await runs.targets_of(connection, run_id)
        for wave in waves(targets):
            if await self._halted(run):
                await asyncio.gather(*(self._leave(run, target) for target in targets))
                break
            await asyncio.gather(*(self._carry_out(run, target) for target in wave))
            if not await self._holds(run_id, wave):
                break
        state = await self._finish.run(run_id)
        metrics.RUNS.labels(run.fix, run.kind, state).inc()

    async def _halted(self, run: Any) -> bool:
        """Whether somebody stopped the run or froze its environment; asked before each wave."""
        async with self._store.write() as connection:
            return await halt(connection, run.id, self._clock())

    async def _leave(self, run: Any, target: Any) -> None:
        """Begin nothing more; but what a crash left half done is looked at, so that what is told is true."""
        fix = self._fixes.get(run.fix)
        if fix is None or run.kind == "undo" or target.state not in ("intended", "applied"):
            return
        plan = _PLAN.validate_python(target.plan)
        if not await self._was_applied(fix, plan, target):
            await self._ended(target, "failed", "stopped; read back, it is not applied")

    async def _holds(self, run_id: str, wave: Sequence[Any]) -> bool:
        """Whether every target of the wave is where it should be; otherwise the rest is left alone."""
        async with self._store.read() as connection:
            states = {row.id: row.state for row in await runs.targets_of(connection, run_id)}
        return all(states[target.id] in ("verified", "undone") for target in wave)

    async def _carry_out(self, run: Any, target: Any) -> None:
        """One target, from wherever its row says it is."""
        if target.state in ("verified", "undone", "partly", "failed", "unknown"):
            return
        fix = self._fixes.get(run.fix)
        if fix is None:
            await self._ended(target, "failed", f"the fix {run.fix} is not installed here")
            return
        try:
            if run.kind == "undo":
                await self._undo(fix, target)
            else:
                await self._apply(fix, target)
        except NeedsHuman as failure:
            await self._ended(target, "failed", str(failure))
        except Retriable as failure:
            await self._ended(target, "failed", f"nothing was changed: {failure}")

    async def _apply(self, fix: Fix, target: Any) -> None:
        plan = _PLAN.validate_python(target.plan)
        if target.state == "intended" and await self._was_applied(fix, plan, target):
            return
        if target.state == "waiting":
            await self._still_as_planned(fix, plan)
        write, intend = self._accounts.write(plan.target), self._intender(target)
        try:
            receipt = await self._patiently(lambda: fix.apply(plan, write, intend))
        except Ambiguous as failure:
            await self._after_a_lost_answer(fix, plan, target, str(failure))
            return
        if not receipt.changed:
            receipt = await self._receipt_of_earlier(plan, target, receipt)
        await self._record(target.id, state="applied", receipt=plain(receipt))
        await self._prove(fix, plan, target)

    async def _still_as_planned(self, fix: Fix, plan: Plan) -> None:
        """People said yes to this plan and no other. Raises NeedsHuman where the target has changed since."""
        read = self._accounts.read(plan.target)
        now = await self._patiently(lambda: fix.plan(plan.target, read, self._clock()))
        if now.changes and now.digest != plan.digest:
            raise NeedsHuman("it has changed since the plan was read; nothing was changed: read a new plan")

    async def _receipt_of_earlier(self, plan: Plan, target: Any, receipt: Receipt) -> Receipt:
        """Nothing was left to change: if an intent of ours is written down, it was we who changed it before."""
        async with self._store.read() as connection:
            found = await runs.found_of(connection, target.id)
        return Receipt(plan.fix, plan.target, found, plan.changes) if found else receipt

    async def _was_applied(self, fix: Fix, plan: Plan, target: Any) -> bool:
        """After a crash in the middle: ask the target. True when it needs no second apply."""
        proof = await self._verify(fix, plan)
        if proof.holds:
            receipt = Receipt(plan.fix, plan.target, target.found or plan.state, plan.changes)
            await self._record(target.id, state="applied", receipt=plain(receipt))
            await self._proved(target, proof)
            return True
        if proof.holds is None:
            await self._keep_for_undo(plan, target)
            await self._ended(
                target, "unknown", "it was interrupted, and the target could not be read afterwards", proof
            )
            return True
        return False

    async def _after_a_lost_answer(self, fix: Fix, plan: Plan, target: Any, failure: str) -> None:
        """The platform may have done it: the target knows."""
        proof = await self._verify(fix, plan)
        if proof.holds:
            async with self._store.read() as connection:
                found = await runs.found_of(connection, target.id)
            receipt = Receipt(plan.fix, plan.target, found or plan.state, plan.changes)
            await self._record(target.id, state="applied", receipt=plain(receipt))
            await self._proved(target, proof)
        elif proof.holds is None:
            await self._keep_for_undo(plan, target)
            await self._ended(target, "unknown", f"{failure}; and the target could not be read afterwards", proof)
        else:
            await self._ended(target, "failed", f"{failure}; read back, it is not applied", proof)

    async def _keep_for_undo(self, plan: Plan, target: Any) -> None:
        """Where nobody knows whether it was changed, undo must still be possible: it looks first what there is."""
        async with self._store.read() as connection:
            found = await runs.found_of(connection, target.id)
        if found:
            await self._record(target.id, receipt=plain(Receipt(plan.fix, plan.target, found, plan.changes)))

    async def _prove(self, fix: Fix, plan: Plan, target: Any) -> None:
        proof = await self._seen(fix, plan)
        if proof.holds:
            await self._proved(target, proof)
        elif proof.holds is None:
            await self._ended(target, "unknown", "applied, but the target could not be read back", proof)
        else:
            await self._ended(target, "failed", "applied, but the target does not show it", proof)

    async def _undo(self, fix: Fix, target: Any) -> None:
        receipt = _RECEIPT.validate_python(target.receipt)
        write, plan, problem = self._accounts.write(receipt.target), _PLAN.validate_python(target.plan), ""
        await self._record(target.id, state="intended")
        try:
            await self._patiently(lambda: fix.undo(receipt, write))
        except (Ambiguous, NeedsHuman, Retriable) as failure:  # it may have put back a part before
            log.warning("an undo did not come to its end", target=target.target, problem=str(failure))
            problem = str(failure)
        proof = await (self._verify if problem else self._seen)(fix, plan, receipt)
        if proof.holds:
            await self._ended(target, "undone", "", proof)
        elif proof.holds is None:
            why = f"{problem or 'undone'}; and the target could not be read afterwards"
            await self._ended(target, "unknown", why, proof)
        else:
            await self._not_undone(fix, plan, target, problem or "the target is not as it was found")

    async def _not_undone(self, fix: Fix, plan: Plan, target: Any, why: str) -> None:
        """It is not as it was found. Whether the fix still holds is read too: what is open again is told as open."""
        proof = await self._verify(fix, plan)
        if proof.holds:
            await self._ended(target, "failed", f"{why}; read back, the fix still holds", proof)
        elif proof.holds is None:
            await self._ended(target, "unknown", f"{why}; and the target could not be read afterwards", proof)
        else:
            await self._ended(target, "partly", f"{why}; read back, the fix does not hold any more", proof)

    async def _verify(self, fix: Fix, plan: Plan, undone: Receipt | None = None) -> Verification:
        """Read the target back with read-only credentials; an unreadable target is unknown, never assumed."""
        return await verify(fix, plan, self._accounts, self._clock, undone)

    async def _seen(self, fix: Fix, plan: Plan, undone: Receipt | None = None) -> Verification:
        """The same, and again after a while as long as it does not show."""
        return await seen(lambda: self._verify(fix, plan, undone), self._sleep)

    async def _patiently(self, call: Callable[[], Answer]) -> Answer:
        """In a thread; again after a while only when surely nothing happened."""
        for attempt in range(_TRIES):
            try:
                return await asyncio.to_thread(call)
            except Retriable as failure:
                if attempt == _TRIES - 1:
                    raise
                await self._sleep(failure.after if failure.after is not None else 2.0**attempt)
        raise AssertionError("unreachable")

    def _intender(self, target: Any) -> Callable[[Mapping[str, Any]], None]:
        """For the fix, in its thread: writes down what it found, durably, before it changes anything."""
        loop = asyncio.get_running_loop()

        def intend(found: Mapping[str, Any]) -> None:
            storing = self._record(target.id, state="intended", found=plain(dict(found)))
            asyncio.run_coroutine_threadsafe(storing, loop).result()

        return intend

    async def _record(self, target_id: int, **values: Any) -> None:
        async with self._store.write() as connection:
            await runs.record_target(connection, target_id, values | {"at": self._clock()})

    async def _proved(self, target: Any, proof: Verification) -> None:
        await self._record(target.id, state="verified", evidence=[plain(fact) for fact in proof.evidence], reason="")

    async def _ended(self, target: Any, state: str, reason: str, proof: Verification | None = None) -> None:
        evidence = [plain(fact) for fact in proof.evidence] if proof else []
        await self._record(target.id, state=state, reason=reason, evidence=evidence)


def waves(targets: Sequence[Any]) -> list[Sequence[Any]]:
    """One target alone first, then several at a time."""
    return [targets[:1], *(targets[start : start + _WAVE] for start in range(1, len(targets), _WAVE))]
