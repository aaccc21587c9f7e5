"""What is said on a case about its ticket itself: that it is gone, or stays where its workflow keeps it."""

from __future__ import annotations

from typing import Any

from bot.engine import Clock, Engine
from bot.model.case import CaseState, case_name
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.closings import closing_of
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tickets import record_ticket, ticket_by_subject

_GONE = "deleted in Jira, or hidden from Suture's account"


class TicketWords:
    """Says it in the thread, on the card and in the trail."""

    def __init__(self, store: Store, engine: Engine, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock

    async def gone(self, row: Any) -> None:
        """The ticket is no more; *Open ticket* is offered again."""
        async with self._store.write() as connection:
            case = await case_by_id(connection, row.case_id, lock=True)
            now = await ticket_by_subject(connection, row.subject)
            if case is None or now.state != "created" or now.key != row.key:
                return
            await record_ticket(connection, row.subject, state="gone", reason=_GONE, busy_until=None, sent_at=None)
            again = "Open ticket makes another one." if row.kind == "case" else "The run's trail stays here."
            text = f"{'Ticket' if row.kind == 'case' else 'The change record'} {row.key} is gone: {_GONE}. {again}"
            await self._say(connection, case, text, "gone", row)

    async def stays(self, row: Any, state: CaseState) -> None:
        """Its workflow offers no way to where it belongs."""
        async with self._store.write() as connection:
            case = await case_by_id(connection, row.case_id, lock=True)
            if case is not None:
                text = f"Ticket {row.key} stays where it is in Jira: its workflow offers us no way on, now that this is"
                closing = await closing_of(connection, case)
                now = f"closed: {closing.words}" if closing is not None else state.value
                await self._say(connection, case, f"{text} {now}.", "stays", row)

    async def _say(self, connection: Any, case: Any, text: str, outcome: str, row: Any) -> None:
        now = self._clock()
        await add_lines(connection, [Line(row.case_id, now, "", text, of_ticket=True)])
        record = audit.Record(
            at=now,
            who="suture",
            act="ticket",
            target=case_name(row.case_id),
            where_from=f"ticket {row.key}",
            outcome=outcome,
            detail={"subject": row.subject, "why": text},
        )
        await audit.append(connection, [record])
        await raise_case(connection, self._engine, row.case_id, case["priority"])
