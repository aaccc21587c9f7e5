"""Somebody says that a case is fixed: read the running system back, wherever a fix of ours can, and say what was read.

Only what every finding's own target shows closes a case. A tool that still reports it, or a target that still has it,
refutes the claim; what nobody can read stays claimed until its tool speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.engine import Clock, Engine
from bot.model.policy import Act, Denied, may
from bot.settings import Settings
from bot.store.cases import case_by_id
from bot.store.claims import claims_reported_since, live_findings
from bot.store.db import Store
from bot.work.claim_end import ClaimEnd
from bot.work.plans import Accounts
from bot.work.read_back import read_back
from connectors.contract.fix import Fix, Target

log = structlog.get_logger()

VERIFY = "tickets.verify"
_TRIES = 8
_AGAIN = 900.0  # seconds until what could not be read is read again
_WHILE_RUNNING = 20.0
_AT_ONCE = 8  # targets read at the same time


@dataclass(frozen=True, slots=True)
class Reading:
    """What all targets of a case said. ``unread`` are findings whose target could not be read, ``blind`` those that no
    fix of ours can read back."""

    open: tuple[str, ...]
    closed: tuple[str, ...]
    mitigated_open: bool
    unread: int
    blind: int

    @property
    def proves(self) -> bool:
        return bool(self.closed) and not (self.open or self.unread or self.blind)


class VerifyClaim:
    """Verifies, once at the claim and again while something could not be read."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: Settings,
        fixes: Mapping[str, Fix],
        accounts: Accounts,
        end: ClaimEnd,
        clock: Clock,
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._fixes = fixes
        self._accounts = accounts
        self._end = end
        self._clock = clock

    async def verify(self, case_id: int, person_id: str, attempt: int) -> None:
        """Read everything back, and end the claim by what was read."""
        async with self._store.read() as connection:
            case = await case_by_id(connection, case_id)
            findings = await live_findings(connection, case_id)
        if case is None or case["claimed_at"] is None:
            return
        if case["running"]:
            await self._again(case_id, person_id, attempt, case, _WHILE_RUNNING)
            return
        reading = await self._read(findings)
        claimed_at = case["claimed_at"]
        if reading.open:
            await self._end.refuted(case_id, claimed_at, f"read back, {reading.open[0]}", reading.mitigated_open)
        elif reading.proves:
            lasting = self._may_say_it_lasts(person_id, case)
            await self._end.proved(case_id, claimed_at, [row.id for row, _ in findings], reading.closed, lasting)
        else:
            if attempt == 0:
                await self._end.pending(case_id, claimed_at, reading.unread, reading.blind)
            if reading.unread and attempt + 1 < _TRIES:
                await self._again(case_id, person_id, attempt + 1, case, _AGAIN)

    async def _again(self, case_id: int, person_id: str, attempt: int, case: Mapping[str, Any], wait: float) -> None:
        async with self._store.write() as connection:
            now = int(self._clock().timestamp() * 1000)
            key = f"verify-{case_id}-{int(case['claimed_at'].timestamp())}-{attempt}-{now}"
            await self._engine.enqueue(connection, VERIFY, case_id, person_id, attempt, key=key, delay=wait)

    def _may_say_it_lasts(self, person_id: str, case: Mapping[str, Any]) -> bool:
        """Whether whoever closed the ticket may also say that the template is done."""
        person = self._settings.people.person(person_id)
        where = {"environment": case["environment"], "owner": case["owner"]}
        return person is not None and not isinstance(
            may(self._settings.policy, person, Act.TEMPLATE_DONE, **where), Denied
        )

    async def _read(self, findings: Sequence[Any]) -> Reading:
        """Each finding's own targets, each target once. What only exposes an asset proves nothing about the asset."""
        wanted: dict[str, tuple[Fix, Target]] = {}
        of_finding: list[list[str]] = []
        for _, finding in findings:
            offered = [(fix, target) for fix in self._fixes.values() if (target := fix.offers(finding)) is not None]
            keys = [f"{fix.id}|{target}" for fix, target in offered]
            wanted |= dict(zip(keys, offered, strict=True))
            of_finding.append(keys)
        proofs = await self._read_all(wanted)
        opened = [key for key, proof in proofs.items() if proof.holds is False]
        still = [row for (row, _), keys in zip(findings, of_finding, strict=True) if set(keys) & set(opened)]
        unread = [keys for keys in of_finding if keys and any(proofs[key].holds is None for key in keys)]
        return Reading(
            open=tuple(_said(wanted[key][1], proofs[key]) for key in opened),
            closed=tuple(_said(wanted[key][1], proof) for key, proof in proofs.items() if proof.holds),
            mitigated_open=any(row.state == "mitigated" for row in still),
            unread=len(unread),
            blind=sum(not keys for keys in of_finding),
        )

    async def _read_all(self, wanted: Mapping[str, tuple[Fix, Target]]) -> dict[str, Any]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(fix: Fix, target: Target) -> Any:
            async with gate:
                return await read_back(fix, target, self._accounts, self._clock)

        proofs = await asyncio.gather(*(one(fix, target) for fix, target in wanted.values()))
        return dict(zip(wanted, proofs, strict=True))

    async def sweep(self) -> None:
        """A tool that reports it again after the claim refutes it."""
        async with self._store.read() as connection:
            told = await claims_reported_since(connection)
        for row in told:
            await self._end.refuted(row.id, row.claimed_at, f"{row.source} reported it again on {row.resource}", False)


def _said(target: Target, proof: Any) -> str:
    evidence = proof.evidence[0].text if proof.evidence else "it is open" if proof.holds is False else "it is closed"
    return f"{target.id}: {evidence}"
