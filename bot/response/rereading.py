"""One stored delivery, read once more by today's parser and configuration: what it says now, and what that changes."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import delivery as deliveries
from bot.store.tables import quarantine
from bot.triage.accept import Received, items_of
from bot.triage.batch import Batch, Change, Item
from bot.triage.deduplicate import deduplicate
from bot.triage.rules import rules_of
from bot.triage.stages import triage
from bot.wiring import Wiring
from connectors.contract.finding import Finding, Quarantined
from connectors.contract.source import SourceOptions
from connectors.reading import read


@dataclass(frozen=True, slots=True)
class Reread:
    """What today's parser makes of one delivery; ``held`` are the ids of its quarantined records it can read now."""

    received: Received
    stored_version: int
    items: Sequence[Item] = ()
    held: Sequence[int] = ()
    still: int = 0  # records that nobody can read yet
    new: int = field(default=0, kw_only=True)  # findings that nobody knew

    @property
    def counts(self) -> Counter[Change]:
        """How many of its findings are new, changed and so on, beside what is known."""
        return Counter(item.change for item in self.items)

    @property
    def news(self) -> list[Item]:
        """The findings that are to be written: all but the known ones without a difference."""
        return [item for item in self.items if not item.quiet]


def received_of(wiring: Wiring, row: Any) -> Received:
    """A row of ``delivery`` as today's parser and configuration read it. Raises NotThisFormat."""
    source = wiring.sources[row.source]
    configured = wiring.settings.sources.get(row.source)
    options = configured.options() if configured else SourceOptions()
    body = zlib.decompress(row.body)
    return Received(
        id=row.id,
        source=row.source,
        delivery_key=row.transport_id,
        received_at=row.received_at,
        headers=row.headers,
        body=body,
        parser_version=source.parser_version,
        records=read(source, body, row.headers, options).records,
        environment=options.environment,
    )


async def look(connection: AsyncConnection, wiring: Wiring, received: Received, stored_version: int) -> Reread:
    """What it would change, by the stages' own rule; nothing is written."""
    batch = _batch(wiring, received)
    if batch.items:
        batch = await deduplicate(batch, connection, rules_of(wiring.settings, wiring.fixes))
    return await _reread(connection, batch, received, stored_version)


async def apply(connection: AsyncConnection, wiring: Wiring, received: Received, stored_version: int) -> Reread:
    """Run it through STAGES and let go of what can be read now, in the caller's transaction."""
    batch = _batch(wiring, received)
    if batch.items:
        batch = await triage(batch, connection, rules_of(wiring.settings, wiring.fixes), wiring.engine)
    done = await _reread(connection, batch, received, stored_version)
    if done.held:
        released = sa.update(quarantine).where(quarantine.c.id.in_(done.held)).values(released_at=batch.now)
        await connection.execute(released)
    read_by = sa.update(deliveries).where(deliveries.c.id == received.id)
    await connection.execute(read_by.values(parser_version=received.parser_version))
    return done


def _batch(wiring: Wiring, received: Received) -> Batch:
    findings = [record for record in received.records if isinstance(record, Finding)]
    return Batch(now=wiring.clock(), items=items_of(received, findings), reread=True)


async def _reread(connection: AsyncConnection, batch: Batch, received: Received, stored_version: int) -> Reread:
    still = {record.pointer for record in received.records if isinstance(record, Quarantined)}
    held = sa.select(quarantine.c.id, quarantine.c.pointer).where(
        quarantine.c.delivery == received.id, quarantine.c.released_at.is_(None)
    )
    readable = [row.id for row in await connection.execute(held) if row.pointer not in still]
    new = batch.new.get(received.id, 0)
    return Reread(received, stored_version, batch.items, readable, len(still), new=new)
