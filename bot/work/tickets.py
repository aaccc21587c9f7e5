"""One ticket a case, one record a run, whatever fails: looked for before any repeat, never made blindly twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.engine import Clock, Engine
from bot.model.case import case_name
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.ticket_wanted import CREATE, turn_key
from bot.store.tickets import last_line, record_ticket, ticket_by_subject
from bot.work.ticket_drafts import Drafts
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Ticket, TicketDraft, Tracker

log = structlog.get_logger()

_LONGEST_WAIT = 600.0
_WORDS = {"case": "ticket", "change": "change record", "review": "review ticket"}


class Tickets:
    """Creates the tickets that were asked for."""

    def __init__(self, store: Store, engine: Engine, tracker: Tracker | None, drafts: Drafts, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._tracker = tracker
        self._drafts = drafts
        self._clock = clock

    async def create(self, subject: str) -> None:
        """Bring one wanted ticket to life; comes back by itself while that is not possible."""
        async with self._store.read() as connection:
            row = await ticket_by_subject(connection, subject)
        if row is None or row.state in ("created", "failed", "gone"):
            return
        if self._tracker is None:
            await self._failed(row, "Jira is not enabled in config/suture.yaml")
            return
        try:
            ticket = await self._find_or_create(self._tracker, row)
        except Retriable as failure:
            await self._again(row, str(failure), failure.after)
        except Ambiguous as failure:
            await self._again(row, str(failure), self._tracker.settle)
        except NeedsHuman as failure:
            await self._failed(row, str(failure))
        else:
            if ticket is None:
                await self._again(row, "waiting until Jira's search can be trusted", None)
            else:
                await self._created(row, ticket)

    async def _find_or_create(self, tracker: Tracker, row: Any) -> Ticket | None:
        """The ticket; None when an earlier create may still show up and it is too early to repeat it."""
        found = await asyncio.to_thread(tracker.find, row.subject, row.project)
        if found is not None:
            return found
        if row.sent_at is not None and self._clock() - row.sent_at < timedelta(seconds=tracker.settle):
            return None
        draft = await self._drafts.of(row)
        async with self._store.write() as connection:
            # What the draft shows needs no comment; what happens from now on does.
            told = {"told_history": await last_line(connection, row.case_id)} if row.kind == "case" else {}
            await record_ticket(connection, row.subject, state="creating", sent_at=self._clock(), **told)
        return await self._create(tracker, row, draft)

    async def _create(self, tracker: Tracker, row: Any, draft: TicketDraft) -> Ticket:
        try:
            return await asyncio.to_thread(tracker.create, draft)
        except (Retriable, NeedsHuman):  # nothing was made, so the next try need not wait for the search
            async with self._store.write() as connection:
                await record_ticket(connection, row.subject, state="wanted", sent_at=row.sent_at)
            raise

    async def _again(self, row: Any, reason: str, after: float | None) -> None:
        """Come back later."""
        wait = after if after is not None else min(_LONGEST_WAIT, 2.0 ** min(row.attempts, 9))
        log.info("ticket postponed", subject=row.subject, seconds=wait, problem=reason)
        async with self._store.write() as connection:
            turn = row.turn + 1
            await record_ticket(connection, row.subject, attempts=row.attempts + 1, turn=turn, reason=reason)
            key = turn_key(row.subject, turn)
            await self._engine.enqueue(connection, CREATE, row.subject, key=key, delay=wait)

    async def _created(self, row: Any, ticket: Ticket) -> None:
        values = {"state": "created", "key": ticket.key, "number": ticket.number, "url": ticket.url, "reason": ""}
        what = _WORDS[row.kind].capitalize() if row.kind == "case" else f"The {_WORDS[row.kind]}"
        await self._ended(row, values, f"{what} {ticket.key} is open.", ticket.url, "created")

    async def _failed(self, row: Any, reason: str) -> None:
        instead = " It waits under Approvals on the console instead." if row.kind == "review" else ""
        text = f"No {_WORDS[row.kind]}: {reason}{instead}"
        await self._ended(row, {"state": "failed", "reason": reason}, text, "", "failed")

    async def _ended(self, row: Any, values: Mapping[str, Any], text: str, link: str, outcome: str) -> None:
        now = self._clock()
        async with self._store.write() as connection:
            case = await case_by_id(connection, row.case_id, lock=True)
            await record_ticket(connection, row.subject, **values)
            await add_lines(connection, [Line(row.case_id, now, "", text, link, of_ticket=True)])
            record = audit.Record(
                at=now,
                who="suture",
                act=_WORDS[row.kind],
                target=case_name(row.case_id),
                where_from=f"asked for by {row.person}",
                outcome=outcome,
                detail=dict(values) | {"subject": row.subject},
            )
            await audit.append(connection, [record])
            if case is not None:
                await raise_case(connection, self._engine, row.case_id, case["priority"])
