"""Reading plans: what a fix would change on each of a case's targets, with read-only credentials. Changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.plan_digest import plan_digest
from bot.response.offers import CONFIRM
from bot.response.viewing import Viewer
from bot.settings import Settings
from bot.store.case_targets import case_targets
from bot.store.cases import case_by_id
from bot.store.db import Store, plain
from bot.store.outbox import raise_case
from bot.store.tables import plan as plans
from bot.views.forms import plan_failed_form, plan_form
from bot.work.by_itself import start_by_itself, void_question
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.fix import Access, Fix, Plan, Target
from connectors.contract.message import Chat, ReplyTo

log = structlog.get_logger()

ASSESS = "remediate.assess"


class Accounts(Protocol):
    """Ways into the accounts we hold. Both raise NeedsHuman when the account is not ours or has no such way."""

    def read(self, target: Target) -> Access: ...

    def write(self, target: Target) -> Access: ...


class PlanReader:
    """Makes plans, for a person who pressed *Fix now…* and for the card's operational risk."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        fixes: Mapping[str, Fix],
        accounts: Accounts,
        chats: Mapping[str, Chat],
        view: Viewer,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._engine = engine
        self._fixes = fixes
        self._accounts = accounts
        self._chats = chats
        self._view = view
        self._settings = settings
        self._clock = clock
        self._new_id = new_id

    async def plan(self, case_id: int, fix_id: str, person: str, reply: Mapping[str, Any]) -> None:
        """Read a plan for a person, and fill the form that waits for it."""
        await self._make(case_id, fix_id, person)
        chat = self._chats.get(str(reply.get("platform", "")))
        async with self._store.write() as connection:
            seen = await self._view(connection, case_id)
        if chat is None or seen is None:
            return
        view, offers = seen
        confirm = offers.get(CONFIRM, view.plan_id)
        form = plan_failed_form(view) if view.plan_problem else plan_form(view, view.plan, confirm, self._clock())
        where = ReplyTo(str(reply["platform"]), dict(reply.get("values", {})))
        try:
            await chat.fill_form(where, form)
        except (Retriable, Ambiguous, NeedsHuman) as failure:
            # The form is perishable: the plan is on the case's page and a new press opens a new form.
            log.info("the waiting form could not be filled", case=case_id, problem=str(failure))

    async def assess(self, case_id: int) -> None:
        """Learn what fixing would break before anybody asks, so that the card can say it."""
        async with self._store.read() as connection:
            targets = await case_targets(connection, case_id, self._fixes)
        for fix_id in sorted({fix_id for fix_id, _, _ in targets})[:1]:
            await self._make(case_id, fix_id, "")

    async def _make(self, case_id: int, fix_id: str, person: str) -> None:
        async with self._store.read() as connection:
            wanted = await case_targets(connection, case_id, self._fixes)
        targets = [target for each, target, _ in wanted if each == fix_id]
        read, problems = await self._read_all(self._fixes[fix_id], targets)
        if not targets:
            problems = ["nothing in this case is left that this fix could act on"]
        now = self._clock()
        row = {
            "id": f"plan-{self._new_id()}",
            "case_id": case_id,
            "fix": fix_id,
            "digest": plan_digest(read),
            "person": person,
            "documents": [plain(each) for each in read],
            "problem": "" if read else "; ".join(problems)[:2000],
            "unread": [each[:500] for each in problems] if read else [],
            "at": now,
        }
        async with self._store.write() as connection:
            case = await case_by_id(connection, case_id, lock=True)
            if case is None:
                return
            kept = await self._kept(connection, row)
            await void_question(connection, case_id, kept, now)
            if not person:
                await start_by_itself(connection, self._engine, self._settings, self._fixes, case, kept, now)
            await raise_case(connection, self._engine, case_id, case["priority"])

    async def _kept(self, connection: AsyncConnection, row: Mapping[str, Any]) -> Any:
        """The row as it is stored; what was read for nobody takes no equal plan out of a person's hands."""
        if not row["person"]:
            same = [plans.c[name] == row[name] for name in ("case_id", "fix", "digest")]
            newest = sa.select(plans).where(*same, plans.c.person != "").order_by(plans.c.at.desc()).limit(1)
            held = (await connection.execute(newest)).one_or_none()
            if held is not None and held.unread == row["unread"]:
                return held
        return (await connection.execute(plans.insert().values(**row).returning(plans))).one()

    async def _read_all(self, fix: Fix, targets: Sequence[Target]) -> tuple[list[Plan], list[str]]:
        read: list[Plan] = []
        problems: list[str] = []
        for target in targets:
            try:
                access = self._accounts.read(target)
                read.append(await asyncio.to_thread(fix.plan, target, access, self._clock()))
            except (Retriable, Ambiguous, NeedsHuman) as failure:
                problems.append(f"{target.id}: {failure}")
        return read, problems
