"""What waits for a time: queued runs that go when their change window opens, questions that end without an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.approval import ApprovalState
from bot.model.case import CaseState
from bot.model.levels import LEVEL_WORDS, Level
from bot.model.policy import Act
from bot.response.clearance import Ask, Go, No, clearance
from bot.response.guard import POSSIBLE
from bot.response.proposal import proposal_of
from bot.response.report import settle
from bot.response.starting import release
from bot.settings import Settings
from bot.store import runs
from bot.store.approvals import agreed_level, end_approval, expired
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.tables import plan as plans
from bot.views.times import at_minute
from bot.work.telling import tell
from connectors.contract.fix import Fix

_AT_ONCE = 50  # of each, in one sweep


class Queue:
    """Runs and questions whose time has come."""

    def __init__(
        self, store: Store, engine: Engine, settings: Settings, fixes: Mapping[str, Fix], clock: Clock
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._fixes = fixes
        self._clock = clock
        self._looked_at = ""  # the last run of the round: those that a freeze holds must not hide the others

    async def sweep(self) -> None:
        """Start what may go, end what nobody answered; each in a transaction of its own, its case locked first."""
        now = self._clock()
        async with self._store.read() as connection:
            waiting = await runs.queued(connection, now, _AT_ONCE, after=self._looked_at)
            unanswered = await expired(connection, now, _AT_ONCE)
        self._looked_at = waiting[-1].id if len(waiting) == _AT_ONCE else ""
        for row in waiting:
            async with self._store.write() as connection:
                await self._go(connection, row, now)
        for row in unanswered:
            async with self._store.write() as connection:
                await self._expire(connection, row, now)

    async def _go(self, connection: AsyncConnection, row: Any, now: datetime) -> None:
        """Everything is asked once more: the freeze, the caps, the window, and whether the case still needs it."""
        case = await case_by_id(connection, row.case_id, lock=True)
        assert case is not None
        if CaseState(case["state"]) not in POSSIBLE[Act.FIX]:
            await self._cancel(connection, case, row, f"the case is {case['state']} by now", now)
            return
        if row.person and self._settings.people.person(row.person) is None:
            why = f"{row.person}, who asked for it, is in config/teams.yaml no more"
            await self._cancel(connection, case, row, why, now)
            return
        plan = (await connection.execute(sa.select(plans).where(plans.c.id == row.plan_id))).one()
        wanted = await proposal_of(connection, case, plan, self._fixes)
        policy = self._settings.policy
        pressed = Level.L1 if row.person else Level.L0
        agreed = await agreed_level(connection, plan.id) or pressed
        cleared = await clearance(connection, policy, wanted.proposal, wanted.names, now, agreed=agreed)
        if isinstance(cleared, Ask):
            why = f"it needs {LEVEL_WORDS[cleared.level]} by now ({cleared.why}); press Fix now… to ask for that"
            await self._cancel(connection, case, row, why, now)
            return
        if isinstance(cleared, Go):
            if await release(connection, self._engine, row.id, row.allowed_by, now):
                await settle(connection, case, {"running": row.id}, now)
                text = "The change window is open: the queued fix starts now."
                await tell(connection, self._engine, case, text, now, "told", of=row.id)
            return
        opens_at = row.opens_at if isinstance(cleared, No) else cleared.opens_at
        later = {"opens_at": opens_at, "reason": cleared.why}
        if await runs.change_run(connection, row.id, "queued", later) and cleared.why != row.reason:
            text = f"The queued fix waits on: {cleared.why}."
            await tell(connection, self._engine, case, text, now, "told", of=row.id)

    async def _cancel(
        self, connection: AsyncConnection, case: Mapping[str, Any], row: Any, why: str, now: datetime
    ) -> None:
        ended = {"state": "cancelled", "reason": why, "finished_at": now}
        if await runs.change_run(connection, row.id, "queued", ended):
            text = f"The queued fix is off: {why}. Nothing was changed."
            await tell(connection, self._engine, case, text, now, "told", of=row.id)

    async def _expire(self, connection: AsyncConnection, row: Any, now: datetime) -> None:
        case = await case_by_id(connection, row.case_id, lock=True)
        assert case is not None
        if case["state"] in runs.SETTLED:
            why = f"the case is {case['state']} by now"
            if await end_approval(connection, row.id, ApprovalState.VOID, why, now):
                text = f"The question for approval is void: {why}."
                await tell(connection, self._engine, case, text, now, "told", of=row.id)
            return
        why = f"nobody answered until {at_minute(row.expires_at)}"
        if await end_approval(connection, row.id, ApprovalState.EXPIRED, why, now):
            text = f"The question for approval has ended: {why}. Silence is a no; nothing was changed."
            await tell(connection, self._engine, case, text, now, "told", calls=row.requester, of=row.id)
