"""A ticket that its workflow does not let go is told why, in words that are true of its case."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.model.case import CaseState
from bot.store import tables as t
from bot.store.db import Store
from bot.work.ticket_words import TicketWords
from tests.bot.triage.bench import Workbench, finding
from tests.databases import Clock


@pytest.mark.parametrize(
    ("said_by", "words"),
    [
        ("", "fixed."),
        ("Example Vendor (openvex), 2026-03-02", "closed: not affected, says Example Vendor (openvex), 2026-03-02."),
    ],
    ids=["fixed", "stated"],
)
async def test_what_a_statement_closed_is_not_called_fixed(
    store: Store, engine: Engine, clock: Clock, said_by: str, words: str
) -> None:
    bench = Workbench(store, engine, clock)
    await bench.start()
    await bench.deliver(finding())
    stated = {"reason": "not affected", "said_by": said_by} if said_by else {"reason": "resolved"}
    async with store.write() as connection:
        await connection.execute(sa.update(t.cases).values(state="fixed", open_findings=0))
        await connection.execute(sa.update(t.finding).values(stated))
    case = await bench.one_case()

    ticket = SimpleNamespace(case_id=case.id, key="OPS-1", subject=f"case/{case.id}")
    await TicketWords(store, engine, clock).stays(ticket, CaseState.FIXED)

    (line,) = await bench.rows(t.history)
    assert line.text.endswith(f"now that this is {words}")
