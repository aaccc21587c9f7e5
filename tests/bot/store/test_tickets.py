"""Which tickets have something to be told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store import tables as t
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.tickets import behind
from tests.databases import Clock


@pytest.mark.parametrize(
    ("more", "found"),
    [({}, ["S-1"]), ({"quiet": True}, []), ({"of_ticket": True}, [])],
    ids=["a line", "a line for the case's page only", "a line about the ticket itself"],
)
async def test_a_ticket_is_behind_by_what_it_would_really_be_told(
    store: Store, clock: Clock, more: dict[str, Any], found: list[str]
) -> None:
    now = clock()
    case = {"owner": "payments", "environment": "", "problem": "p", "owner_why": "", "kind": "compliance"}
    case |= {"title": "made", "sentence": "made", "state": "open"}
    counts = {"severity": 4, "priority": 2, "open_findings": 1, "total_findings": 1, "seen_at": now}
    ticket = {"subject": "S-1", "case_id": 1, "state": "created", "project": "PAY", "issue_type": "Task"}
    async with store.write() as connection:
        await connection.execute(t.cases.insert(), [case | counts])
        await connection.execute(t.ticket.insert(), [ticket | {"person": "ana", "told_state": "open", "at": now}])
        await add_lines(connection, [Line(1, now, "", "Something happened.", **more)])
        assert await behind(connection, now, 10) == found
