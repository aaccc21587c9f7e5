"""A stored delivery is read again by today's parser. What is known already is only counted; nobody is told twice."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import audit
from bot.store.tables import delivery as deliveries
from bot.store.tables import quarantine
from bot.triage.accept import Received, items_of
from bot.triage.batch import Batch
from bot.triage.rules import rules_of
from bot.triage.stages import triage
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Quarantined
from connectors.contract.source import SourceOptions
from connectors.reading import read


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
    if row.source not in wiring.sources:
        raise NotReplayed(f"The source {row.source!r} is not installed any more.")
    try:
        received = _received(wiring, row)
    except NotThisFormat as failure:
        raise NotReplayed(f"Still not readable: {failure}") from None
    return await _again(wiring, received, who, where_from)


def _received(wiring: Wiring, row: Any) -> Received:
    """The delivery as today's parser and configuration read it. Raises NotThisFormat."""
    source = wiring.sources[row.source]
    configured = wiring.settings.sources.get(row.source)
    options = configured.options() if configured else SourceOptions()
    body = zlib.decompress(row.body)
    reading = read(source, body, row.headers, options)
    return Received(
        id=row.id,
        source=row.source,
        delivery_key=row.transport_id,
        received_at=row.received_at,
        headers=row.headers,
        body=body,
        parser_version=source.parser_version,
        records=reading.records,
        environment=options.environment,
    )


async def _again(wiring: Wiring, received: Received, who: str, where_from: str) -> str:
    findings = [record for record in received.records if isinstance(record, Finding)]
    still = [record for record in received.records if isinstance(record, Quarantined)]
    now = wiring.clock()
    async with wiring.store.write() as connection:
        batch = Batch(now=now, items=items_of(received, findings))
        if findings:
            batch = await triage(batch, connection, rules_of(wiring.settings, wiring.fixes), wiring.engine)
        released = await _release(connection, received, still, now)
        said = (
            f"{_counted(len(findings), 'finding')} read, {batch.new.get(received.id, 0)} of them new; "
            f"{_counted(released, 'record')} released from quarantine, {len(still)} still there."
        )
        record = audit.Record(
            at=now,
            who=who,
            act="replay",
            target=f"delivery {received.id}",
            where_from=where_from,
            outcome="done",
            detail={"source": received.source, "said": said},
        )
        await audit.append(connection, [record])
    return said


async def _release(connection: AsyncConnection, received: Received, still: Sequence[Quarantined], now: Any) -> int:
    """Let go of the records that can be read now; how many they were."""
    left = {record.pointer for record in still}
    held = sa.select(quarantine.c.id, quarantine.c.pointer).where(
        quarantine.c.delivery == received.id, quarantine.c.released_at.is_(None)
    )
    released = [each.id for each in await connection.execute(held) if each.pointer not in left]
    if released:
        await connection.execute(sa.update(quarantine).where(quarantine.c.id.in_(released)).values(released_at=now))
    return len(released)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
