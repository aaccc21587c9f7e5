"""A stored delivery is read again by today's parser. What is known already is only looked at; nobody is told twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.response.rereading import Reread, apply, received_of
from bot.store import audit
from bot.store.tables import delivery as deliveries
from bot.triage.accept import Received
from bot.views.counts import counted
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding


class NotReplayed(Exception):
    """Nothing could be read again; why, and what that means."""


async def replay(wiring: Wiring, delivery_id: str, *, who: str, where_from: str) -> str:
    """What came of it, in one sentence. ``who`` asked for it and ``where_from`` go into the trail.

    Raises NotReplayed; nothing has changed then.
    """
    async with wiring.store.read() as connection:
        row = (await connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id))).one_or_none()
    if row is None:
        raise NotReplayed(f"There is no delivery {delivery_id[:80]!r}; it may be older than the retention.")
    received = _received(wiring, row)
    async with wiring.store.write() as connection:
        said = _said(await apply(connection, wiring, received, row.parser_version))
        await audit.append(connection, [_record(received, said, who, where_from, wiring.clock())])
    return said


def _received(wiring: Wiring, row: Any) -> Received:
    if row.source not in wiring.sources:
        raise NotReplayed(f"The source {row.source!r} is not installed any more.")
    try:
        return received_of(wiring, row)
    except NotThisFormat as failure:
        raise NotReplayed(f"Still not readable: {failure}") from None


def _said(done: Reread) -> str:
    found = sum(isinstance(record, Finding) for record in done.received.records)
    return (
        f"{counted(found, 'finding')} read, {done.new} of them new; "
        f"{counted(len(done.held), 'record')} released from quarantine, {done.still} still there."
    )


def _record(received: Received, said: str, who: str, where_from: str, now: datetime) -> audit.Record:
    return audit.Record(
        at=now,
        who=who,
        act="replay",
        target=f"delivery {received.id}",
        where_from=where_from,
        outcome="done",
        detail={"source": received.source, "said": said},
    )
