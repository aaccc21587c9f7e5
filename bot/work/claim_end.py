"""How a claim ends: refuted, proved, or waiting for what nobody here can read; said in the thread and in the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import CaseState, FindingState, case_name
from bot.response.report import settle
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.claims import close_findings
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tickets import begin_again

_NO_CLAIM: dict[str, Any] = {"claimed_at": None, "claimed_by": ""}
_SHOWN = 5  # of what was read


class ClaimEnd:
    """Writes it down, each time in one transaction, if it is still the same claim."""

    def __init__(self, store: Store, engine: Engine, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock

    async def refuted(self, case_id: int, claimed_at: datetime, why: str, came_back: bool) -> None:
        """It is not fixed. Its ticket is opened again where its workflow allows; ``came_back``: we had mitigated it."""
        text = f"Jira says done, but it is not fixed: {why}. The ticket is opened again where its workflow allows."
        async with self._store.write() as connection:
            case = await self._claimed(connection, case_id, claimed_at)
            if case is None:
                return
            await settle(connection, case, _NO_CLAIM, self._clock())
            # Told no state, the ticket is brought to where the case's state belongs.
            await begin_again(connection, case_name(case_id), told_state="")
            await self._say(connection, case, text, "refuted", aloud=True)
            if came_back:
                await self._engine.enqueue(connection, "watch.case", case_id)

    async def proved(
        self, case_id: int, claimed_at: datetime, findings: Sequence[int], read: Sequence[str], lasting: bool
    ) -> None:
        """It is closed. What a run of ours had mitigated is fixed only on the word of who may give it (``lasting``)."""
        more = f"; and {len(read) - _SHOWN} more" if len(read) > _SHOWN else ""
        now = self._clock()
        async with self._store.write() as connection:
            case = await self._claimed(connection, case_id, claimed_at)
            if case is None or case["running"]:
                return
            opened = await close_findings(connection, findings, FindingState.OPEN, now)
            mitigated = await close_findings(connection, findings, FindingState.MITIGATED, now) if lasting else 0
            left = {
                "open_findings": case["open_findings"] - opened,
                "mitigated_findings": case["mitigated_findings"] - mitigated,
            }
            regressed = case["regressed"] and left["open_findings"] > 0
            state = await settle(connection, case, _NO_CLAIM | left | {"regressed": regressed}, now)
            text = f"Jira says done, and it is so: read back, {'; '.join(read[:_SHOWN])}{more}."
            if state is CaseState.MITIGATED:
                text += " Whoever closed the ticket may not say that the template is done too: that is still asked."
            await self._say(connection, case, text, "verified")

    async def pending(self, case_id: int, claimed_at: datetime, unread: int, blind: int) -> None:
        """Nothing refutes it and not everything proves it."""
        parts = []
        if unread:
            parts.append(
                f"{unread} finding{'s' if unread > 1 else ''} could not be read back just now, and will be again"
            )
        if blind:
            parts.append(f"{blind} can be judged by {'their tools' if blind > 1 else 'its tool'} only")
        text = f"Jira says done; that is not verified yet: {'; '.join(parts) or 'there is nothing to read'}."
        async with self._store.write() as connection:
            case = await self._claimed(connection, case_id, claimed_at)
            if case is not None:
                await self._say(connection, case, text, "not verified")

    async def _claimed(
        self, connection: AsyncConnection, case_id: int, claimed_at: datetime
    ) -> Mapping[str, Any] | None:
        """The case, locked, if that claim still stands."""
        case = await case_by_id(connection, case_id, lock=True)
        return case if case is not None and case["claimed_at"] == claimed_at else None

    async def _say(
        self, connection: AsyncConnection, case: Mapping[str, Any], text: str, outcome: str, *, aloud: bool = False
    ) -> None:
        now = self._clock()
        await add_lines(connection, [Line(case["id"], now, "", text, aloud=aloud)])
        record = audit.Record(
            at=now,
            who="suture",
            act="verify claim",
            target=case_name(case["id"]),
            where_from=f"claimed by {case['claimed_by']}",
            outcome=outcome,
            detail={"why": text},
        )
        await audit.append(connection, [record])
        await raise_case(connection, self._engine, case["id"], case["priority"])
