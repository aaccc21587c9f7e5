"""``suture replay``: a stored delivery is read again by today's parser. What is known already is only counted."""

from __future__ import annotations

import zlib

import sqlalchemy as sa

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


async def replay_delivery(wiring: Wiring, delivery_id: str) -> str:
    """What came of it, in one sentence."""
    async with wiring.store.read() as connection:
        row = (await connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id))).one_or_none()
    if row is None:
        return f"There is no delivery {delivery_id!r}; it may be older than the retention."
    source = wiring.sources.get(row.source)
    if source is None:
        return f"The source {row.source!r} is not installed any more."
    configured = wiring.settings.sources.get(row.source)
    options = configured.options() if configured else SourceOptions()
    body = zlib.decompress(row.body)
    try:
        reading = read(source, body, row.headers, options)
    except NotThisFormat as failure:
        return f"Still not readable: {failure}"
    received = Received(
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
    return await _again(wiring, received)


async def _again(wiring: Wiring, received: Received) -> str:
    findings = [record for record in received.records if isinstance(record, Finding)]
    still = [record for record in received.records if isinstance(record, Quarantined)]
    now = wiring.clock()
    await wiring.engine.start(worker=False)
    async with wiring.store.write() as connection:
        batch = Batch(now=now, items=items_of(received, findings))
        if findings:
            batch = await triage(batch, connection, rules_of(wiring.settings, wiring.fixes), wiring.engine)
        left = {record.pointer for record in still}
        open_rows = sa.select(quarantine.c.id, quarantine.c.pointer).where(
            quarantine.c.delivery == received.id, quarantine.c.released_at.is_(None)
        )
        released = [each.id for each in await connection.execute(open_rows) if each.pointer not in left]
        if released:
            values = sa.update(quarantine).where(quarantine.c.id.in_(released)).values(released_at=now)
            await connection.execute(values)
    new = batch.new.get(received.id, 0)
    return (
        f"{len(findings)} findings read, {new} of them new; "
        f"{len(released)} records released from quarantine, {len(still)} still there."
    )
