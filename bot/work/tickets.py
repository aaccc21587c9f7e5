"""One ticket a case, whatever fails in between: looked for before any repeat, never created blindly twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from bot.engine import Clock, Engine
from bot.model.case import case_name
from bot.model.case_view import CaseView
from bot.response.viewing import Viewer
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tables import ticket as tickets
from bot.views.ticket import ticket_paragraphs, ticket_summary
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Ticket, TicketDraft, Tracker

log = structlog.get_logger()

CREATE = "tickets.create"
_LONGEST_WAIT = 600.0

Sleep = Callable[[float], Awaitable[None]]


class Tickets:
    """Creates the tickets that were asked for."""

    def __init__(
        self, store: Store, engine: Engine, trackers: Mapping[str, Tracker], view: Viewer, clock: Clock
    ) -> None:
        self._store = store
        self._engine = engine
        self._tracker = trackers.get("jira")
        self._view = view
        self._clock = clock

    async def create(self, case_id: int) -> None:
        """Bring one wanted ticket to life; comes back by itself while that is not possible."""
        row = await self._row(case_id)
        if row is None or row.state in ("created", "failed"):
            return
        if self._tracker is None:
            await self._failed(row, "Jira is not enabled in config/suture.yaml")
            return
        try:
            ticket = await self._find_or_create(self._tracker, row)
        except Retriable as failure:
            await self._again(row, str(failure), failure.after, sure=True)
        except Ambiguous as failure:
            await self._again(row, str(failure), self._tracker.settle, sure=False)
        except NeedsHuman as failure:
            await self._failed(row, str(failure))
        else:
            if ticket is None:
                await self._again(row, "waiting until Jira's search can be trusted", None, sure=False)
            else:
                await self._created(row, ticket)

    async def _row(self, case_id: int) -> Any:
        async with self._store.read() as connection:
            return (await connection.execute(sa.select(tickets).where(tickets.c.case_id == case_id))).one_or_none()

    async def _find_or_create(self, tracker: Tracker, row: Any) -> Ticket | None:
        """The ticket; None when an earlier create may still show up and it is too early to repeat it."""
        name = case_name(row.case_id)
        found = await asyncio.to_thread(tracker.find, name, row.project)
        if found is not None:
            return found
        if (
            row.state == "creating"
            and row.sent_at is not None
            and self._clock() - row.sent_at < timedelta(seconds=tracker.settle)
        ):
            return None
        draft = await self._draft(row)
        await self._record(row.case_id, state="creating", sent_at=self._clock())
        return await asyncio.to_thread(tracker.create, draft)

    async def _draft(self, row: Any) -> TicketDraft:
        async with self._store.write() as connection:
            seen = await self._view(connection, row.case_id)
        if seen is None:
            raise NeedsHuman(f"the case {case_name(row.case_id)} is gone")
        view: CaseView = seen[0]
        return TicketDraft(
            key=view.name,
            project=row.project,
            issue_type=row.issue_type,
            summary=ticket_summary(view),
            paragraphs=ticket_paragraphs(view),
            link=view.link,
            labels=("suture",),
        )

    async def _record(self, case_id: int, **values: Any) -> None:
        async with self._store.write() as connection:
            await connection.execute(sa.update(tickets).where(tickets.c.case_id == case_id).values(**values))

    async def _again(self, row: Any, reason: str, after: float | None, *, sure: bool) -> None:
        """Come back later. ``sure``: nothing was created, so the next try need not wait for the search."""
        wait = after if after is not None else min(_LONGEST_WAIT, 2.0 ** min(row.attempts, 9))
        log.info("ticket postponed", case=case_name(row.case_id), seconds=wait, problem=reason)
        values: dict[str, Any] = {"attempts": row.attempts + 1, "reason": reason}
        if sure and row.state != "creating":
            values["state"] = "wanted"
        async with self._store.write() as connection:
            await connection.execute(sa.update(tickets).where(tickets.c.case_id == row.case_id).values(**values))
            key = f"ticket-{row.case_id}-{row.attempts + 1}"
            await self._engine.enqueue(connection, CREATE, row.case_id, key=key, delay=wait)

    async def _created(self, row: Any, ticket: Ticket) -> None:
        values = {"state": "created", "key": ticket.key, "url": ticket.url, "reason": ""}
        await self._ended(row, values, f"Ticket {ticket.key} is open.", ticket.url, "created")

    async def _failed(self, row: Any, reason: str) -> None:
        await self._ended(row, {"state": "failed", "reason": reason}, f"No ticket: {reason}", "", "failed")

    async def _ended(self, row: Any, values: Mapping[str, Any], text: str, link: str, outcome: str) -> None:
        now = self._clock()
        async with self._store.write() as connection:
            case = await case_by_id(connection, row.case_id, lock=True)
            await connection.execute(sa.update(tickets).where(tickets.c.case_id == row.case_id).values(**values))
            await add_lines(connection, [Line(row.case_id, now, "", text, link)])
            record = audit.Record(
                at=now,
                who="suture",
                act="ticket",
                target=case_name(row.case_id),
                where_from=f"asked for by {row.person}",
                outcome=outcome,
                detail=dict(values),
            )
            await audit.append(connection, [record])
            if case is not None:
                await raise_case(connection, self._engine, row.case_id, case["priority"])
