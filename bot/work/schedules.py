"""What happens by the clock: snoozes and acceptances end, due dates pass, sleeping channels wake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import CaseState, Decision
from bot.response.report import settle
from bot.settings import Settings
from bot.store import tables as t
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.history import TEAM
from bot.store.outbox import wake
from bot.triage.call import call_again
from bot.triage.rules import priority_of
from bot.views.times import at_minute, span_words
from bot.work.queue import Queue
from bot.work.telling import tell

_AT_ONCE = 200  # cases a transaction
_ESCALATE_AFTER = timedelta(hours=4)
_ANNOUNCED = timedelta(days=7)  # before an accepted risk ends
_FIRST_DAY = timedelta(days=1)
_OVERDUE = "Overdue:"
_NEEDS_SOMEBODY = (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.REGRESSED)


_ASLEEP = (
    sa.update(t.channel)
    .where(
        t.channel.c.chat == sa.bindparam("of_chat"),
        t.channel.c.name == sa.bindparam("of_channel"),
        t.channel.c.drain == sa.bindparam("of_drain"),
    )
    .values(awake=False)
)


class Schedules:
    """The work that starts by the clock; ``besides`` is what other rooms want done every few seconds."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: Settings,
        clock: Clock,
        queue: Queue,
        *,
        besides: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        self._besides = besides
        self._store = store
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._queue = queue

    async def sweep(self) -> None:
        """Everything that is due now; run every few seconds, cheap when nothing is."""
        await self.end_decisions()
        await self.remind_of_ends()
        await self.tell_overdue()
        await self._queue.sweep()
        for each in self._besides:
            await each()
        await self.wake_stranded()

    async def end_decisions(self) -> None:
        """Snoozed and accepted cases whose time is over open again by themselves."""
        now = self._clock()
        query = (
            sa.select(t.cases)
            .where(t.cases.c.until <= now, t.cases.c.decision.in_([Decision.SNOOZED.value, Decision.ACCEPTED.value]))
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        async with self._store.write() as connection:
            for row in (await connection.execute(query)).mappings().all():
                await self._end(connection, dict(row), now)

    async def _end(self, connection: AsyncConnection, case: Mapping[str, Any], now: datetime) -> None:
        was = "The snooze" if case["decision"] == Decision.SNOOZED.value else "The risk acceptance"
        ended: dict[str, Any] = {"decision": Decision.NONE.value, "until": None}
        if case["decision"] == Decision.ACCEPTED.value:  # living with it was agreed: nobody is late from those days
            ended |= {"due_at": now + self._settings.due.of(priority_of(case["priority"])), "overdue_told": 0}
        state = await settle(connection, case, ended, now)
        await connection.execute(
            sa.update(t.acceptance)
            .where(t.acceptance.c.case_id == case["id"], t.acceptance.c.ended_at.is_(None))
            .values(ended_at=now, end_reason="its date was reached")
        )
        if state in _NEEDS_SOMEBODY:
            await call_again(connection, self._engine, self._settings, case, now)
        if state in (CaseState.MITIGATED, CaseState.FIXED):
            return  # nothing of it is open: its end concerns nobody
        text = f"{was} has ended; this is open again."
        await tell(connection, self._engine, case, text, now, "ended")

    async def remind_of_ends(self) -> None:
        """A week before an accepted risk ends, whoever signed it is asked to renew it or to decide, once."""
        now = self._clock()
        due = sa.and_(
            t.acceptance.c.ended_at.is_(None),
            t.acceptance.c.reminded_at.is_(None),
            t.acceptance.c.until <= now + _ANNOUNCED,
            t.acceptance.c.until > now,
            # One that was short from the start needs no reminder on its first day.
            t.acceptance.c.at <= now - _FIRST_DAY,
        )
        alive = sa.exists().where(t.cases.c.id == t.acceptance.c.case_id, t.cases.c.state == CaseState.ACCEPTED.value)
        ending = sa.select(t.acceptance.c.id, t.acceptance.c.case_id).where(due, alive)
        ending = ending.order_by(t.acceptance.c.case_id)
        async with self._store.write() as connection:
            for row in (await connection.execute(ending.limit(_AT_ONCE))).all():
                case = await case_by_id(connection, row.case_id, lock=True)
                # Only now is the acceptance ours: it may have ended, or another worker have announced it.
                mine = sa.update(t.acceptance).where(t.acceptance.c.id == row.id, due).values(reminded_at=now)
                told = mine.returning(t.acceptance.c.until, t.acceptance.c.person)
                acceptance = (await connection.execute(told)).one_or_none()
                if acceptance and case is not None and case["decision"] == Decision.ACCEPTED.value:
                    ends = at_minute(acceptance.until)
                    text = f"The acceptance of this risk ends {ends}: renew it, or it opens again."
                    await tell(connection, self._engine, case, text, now, "announced", calls=acceptance.person)

    async def tell_overdue(self) -> None:
        """A due date that passes is said in the thread; some hours later to the team's lead too."""
        now = self._clock()
        # Counted from when it was said: a date may have passed while the case was snoozed, or we were down.
        lately = sa.exists().where(
            t.history.c.case_id == t.cases.c.id,
            t.history.c.at > now - _ESCALATE_AFTER,
            t.history.c.text.startswith(_OVERDUE),
        )
        query = (
            sa.select(t.cases)
            .where(
                t.cases.c.due_at <= now,
                t.cases.c.overdue_told < 2,
                t.cases.c.state.in_([state.value for state in _NEEDS_SOMEBODY]),
                sa.or_(t.cases.c.overdue_told == 0, sa.not_(lately)),
            )
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        async with self._store.write() as connection:
            for row in (await connection.execute(query)).mappings().all():
                await self._overdue(connection, dict(row), now)

    async def _overdue(self, connection: AsyncConnection, case: Mapping[str, Any], now: datetime) -> None:
        level = case["overdue_told"] + 1
        text = f"{_OVERDUE} it was due {at_minute(case['due_at'])}, {span_words(now - case['due_at'])} ago."
        whom, calls = self._whom_to_call(case["owner"], lead=level == 2)
        await connection.execute(sa.update(t.cases).where(t.cases.c.id == case["id"]).values(overdue_told=level))
        await tell(connection, self._engine, case, text + whom, now, "overdue", calls=calls)

    def _whom_to_call(self, owner: str, *, lead: bool) -> tuple[str, str]:
        """(what is said to them, whom it calls): first the team's group, if it has one; then its ``lead``."""
        people = self._settings.people
        team = people.team(owner)
        group = f"{TEAM}{team.id}" if team and team.slack_group else ""
        if not lead:
            return "", group
        leads = people.person(team.lead) if team and team.lead else None
        if team is None or leads is None:
            return " It has no lead to tell.", group
        return f" {leads.name}, you lead {team.name}: please decide.", leads.id

    async def wake_stranded(self) -> None:
        """What was postponed is due, a drain ended in a bug, the engine forgot it: no channel is left silent."""
        waiting = sa.exists().where(
            t.message.c.chat == t.channel.c.chat,
            t.message.c.channel == t.channel.c.name,
            t.message.c.sent < t.message.c.wanted,
            sa.or_(t.message.c.not_before.is_(None), t.message.c.not_before <= self._clock()),
        )
        query = sa.select(t.channel.c.chat, t.channel.c.name, t.channel.c.drain).where(waiting)
        async with self._store.read() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).all()
        alive = await self._engine.alive([row.drain for row in rows if row.drain])
        stranded = [row for row in rows if row.drain not in alive]
        if not stranded:
            return
        async with self._store.write() as connection:
            gone = [{"of_chat": row.chat, "of_channel": row.name, "of_drain": row.drain} for row in stranded]
            await connection.execute(_ASLEEP, gone)
            await wake(connection, self._engine, [(row.chat, row.name) for row in stranded])
