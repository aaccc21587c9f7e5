"""Wanting a ticket: the row that says so, and the work that creates it, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox import Enqueues
from bot.store.tables import ticket
from bot.store.upsert import insert

CREATE = "tickets.create"
_AGAIN: dict[str, Any] = {
    "state": "wanted",
    "key": "",
    "number": "",
    "url": "",
    "reason": "",
    "attempts": 0,
    "told_state": "",
    "told_assignee": "",
    "told_due": None,
    "category": "",
    "sending": "",
    "not_before": None,
    "policy_due": None,
}


async def want_ticket(
    connection: AsyncConnection,
    engine: Enqueues,
    *,
    kind: str = "case",
    subject: str,
    case_id: int,
    project: str,
    issue_type: str,
    person: str,
    at: datetime,
) -> bool:
    """Want a ticket, a new one or one in place of one that failed or is gone; the work that creates it starts with this
    transaction. False when there is a ticket, or one on its way."""
    told = {"case_id": case_id, "project": project, "issue_type": issue_type, "person": person, "at": at}
    wanted = insert(connection, ticket).values(kind=kind, state="wanted", subject=subject, **told)
    renewed = {name: wanted.excluded[name] for name in ("project", "issue_type", "person", "at")}
    wanted = wanted.on_conflict_do_update(
        index_elements=["subject"],
        set_={**_AGAIN, **renewed, "turn": ticket.c.turn + 1},
        where=ticket.c.state.in_(["failed", "gone"]),
    )
    turn: int | None = (await connection.execute(wanted.returning(ticket.c.turn))).scalar()
    if turn is not None:
        await engine.enqueue_all(connection, [(CREATE, [subject], turn_key(subject, turn))])
    return turn is not None


def turn_key(subject: str, turn: int) -> str:
    """The key of the work of one turn: each is done once."""
    return f"ticket-{subject}-{turn}"
