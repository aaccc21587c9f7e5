"""A case's state follows from its findings and what was decided; what was fixed is lived with no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.response.report import settle
from bot.store import tables as t
from bot.store.cases import case_by_id
from bot.store.db import Store
from tests.databases import Clock


@pytest.mark.parametrize(("decision", "signed"), [("accepted", 1), ("snoozed", 0)])
async def test_a_fix_ends_living_with_it_so_that_its_undo_is_no_secret(
    store: Store, clock: Clock, decision: str, signed: int
) -> None:
    now, until = clock(), clock() + timedelta(days=9)
    case = {"owner": "payments", "environment": "", "problem": "p", "owner_why": "", "kind": "compliance"}
    case |= {"title": "made", "sentence": "made", "state": "fixing", "decision": decision, "running": "run-1"}
    counts = {"severity": 4, "priority": 2, "open_findings": 1, "total_findings": 1, "seen_at": now, "until": until}
    acceptance = {"case_id": 1, "person": "ana", "at": now, "reason": "made", "control": "", "until": until}
    async with store.write() as connection:
        await connection.execute(t.cases.insert(), [case | counts])
        for _ in range(signed):
            await connection.execute(t.acceptance.insert(), [acceptance])

        locked = await case_by_id(connection, 1, lock=True)
        fixed = {"running": "", "open_findings": 0, "mitigated_findings": 1}
        assert await settle(connection, locked, fixed, now) == "mitigated"
        after = await case_by_id(connection, 1)
        assert after is not None
        assert (after["decision"], after["until"]) == ("", None)
        ended = [row.end_reason for row in await connection.execute(t.acceptance.select())]
        assert ended == ["the case is mitigated"] * signed

        undone = {"open_findings": 1, "mitigated_findings": 0}
        assert await settle(connection, after, undone, now) == "open"
