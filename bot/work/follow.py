"""What happens to a case follows to its ticket, and how a run ended to its change record.

The ticket's row is the outbox: it says what the tracker has been told, and the case or the run what it should know.
Looking for the difference by the clock lets what happens in between pile up into one comment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.settings import Settings
from bot.store.db import Store
from bot.store.ticket_wanted import want_ticket
from bot.store.tickets import behind, record_turn, take, ticket_by_subject, unrecorded_runs
from bot.work.follow_case import FollowCase
from bot.work.follow_run import FollowRun
from bot.work.ticket_turn import Taken, Turn
from bot.work.ticket_words import TicketWords
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Tracker

log = structlog.get_logger()

FOLLOW = "tickets.follow"
_AT_ONCE = 20  # tickets a sweep: with a sweep each ten seconds, two a second
_QUIET = timedelta(seconds=30)  # between two comments on one ticket: Jira limits the writes to each issue
_LONGEST = 600.0
_RECENT = timedelta(days=1)  # runs older than this were before change records were switched on

Part = Callable[[Turn], Awaitable[None]]


class Follow:
    """Tells the tracker."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        tracker: Tracker | None,
        settings: Settings,
        of_case: FollowCase,
        of_run: FollowRun,
        words: TicketWords,
        clock: Clock,
    ) -> None:
        self._store = store
        self._engine = engine
        self._tracker = tracker
        self._settings = settings
        self._parts: dict[str, Sequence[Part]] = {"case": of_case.parts, "change": of_run.parts}
        self._words = words
        self._clock = clock
        self._paused_until: datetime | None = None  # Jira asked for it; forgotten with the process: that costs one call

    async def sweep(self) -> None:
        """Begin the records of new runs, and see to the tickets that are behind; cheap when none is."""
        now = self._clock()
        if self._tracker is None or (self._paused_until is not None and now < self._paused_until):
            return
        async with self._store.read() as connection:
            recorders = self._settings.change_recorders
            new = () if recorders == () else await unrecorded_runs(connection, recorders, now - _RECENT, _AT_ONCE)
            subjects = await behind(connection, now, _AT_ONCE)
        if not new and not subjects:
            return
        async with self._store.write() as connection:
            for row in new:
                await self._want_record(connection, row, now)
            work = [(FOLLOW, [s, turn], f"follow-{s}-{turn}") for s, turn in await take(connection, subjects, now)]
            await self._engine.enqueue_all(connection, work)

    async def _want_record(self, connection: AsyncConnection, row: Any, now: datetime) -> None:
        """A record for a run, where its team's mapping names a type for it."""
        mapping = self._settings.ticket_mapping(row.owner)
        if not mapping.change_issue_type or not mapping.project:
            return
        await want_ticket(
            connection,
            self._engine,
            kind="change",
            subject=row.id,
            case_id=row.case_id,
            project=mapping.project,
            issue_type=mapping.change_issue_type,
            person=row.person,
            at=now,
        )

    async def follow(self, subject: str, number: int) -> None:
        """Bring one ticket up to date. Run again after a crash, it goes on where its row says it was."""
        async with self._store.read() as connection:
            row = await ticket_by_subject(connection, subject)
        if self._tracker is None or row is None or row.turn != number or row.state != "created":
            return
        try:
            await self._each(Turn(self._tracker, self._store, row, self._clock), self._tracker)
        except Taken:
            log.info("the ticket has another turn by now", ticket=row.key)
        except Retriable as failure:
            await self._later(row, str(failure), failure.after, everywhere=failure.after is not None)
        except Ambiguous as failure:
            await self._later(row, str(failure), self._tracker.settle)

    async def _each(self, turn: Turn, tracker: Tracker) -> None:
        """Each part by itself: one that Jira does not allow us does not stop the others."""
        refused = ""
        for part in self._parts[turn.row.kind]:
            try:
                await part(turn)
            except NeedsHuman as failure:
                if await self._is_gone(turn, tracker):
                    await self._words.gone(turn.row)
                    return
                log.warning("a ticket could not be brought up to date", ticket=turn.row.key, problem=str(failure))
                refused = str(failure)
        wait = timedelta(seconds=_LONGEST) if refused else _QUIET
        await turn.record(busy_until=None, not_before=self._clock() + wait, attempts=0, reason=refused)

    async def _is_gone(self, turn: Turn, tracker: Tracker) -> bool:
        try:
            return await asyncio.to_thread(tracker.read, turn.ticket) is None
        except NeedsHuman:
            return False

    async def _later(self, row: Any, problem: str, after: float | None, *, everywhere: bool = False) -> None:
        """After what Jira asked for, which holds for all tickets; else a little longer each time."""
        now = self._clock()
        until = now + timedelta(seconds=after if after is not None else min(_LONGEST, 5.0 * 2 ** min(row.attempts, 7)))
        if everywhere:
            self._paused_until = until
        log.info("ticket waits", ticket=row.key, until=until.isoformat(), problem=problem)
        async with self._store.write() as connection:
            values = {"busy_until": None, "not_before": until, "attempts": row.attempts + 1, "reason": problem}
            await record_turn(connection, row, **values)
