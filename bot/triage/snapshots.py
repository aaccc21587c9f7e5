"""What a tool's latest full look at a target no longer holds is resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.store.findings import absent_from_snapshot, finding_of
from bot.triage.batch import Batch, Item, Rules
from bot.triage.stages import triage
from connectors.contract.finding import Snapshot, Status


async def close_absent(
    connection: AsyncConnection, snapshot: Snapshot, delivery: str, now: datetime, rules: Rules, engine: Engine
) -> int:
    """Resolve the open findings of the snapshot's scope that ``delivery`` did not name; returns how many.

    An older look never resolves what a newer one saw."""
    looked = min(filter(None, (snapshot.observed_at, now)))
    absent = await absent_from_snapshot(connection, snapshot.scope, looked, delivery)
    items = []
    for row in absent:
        gone = replace(
            finding_of(row.document),
            status=Status.RESOLVED,
            status_reason="absent from the latest scan",
            observed_at=looked,
        )
        items.append(Item(gone, row.fingerprint, delivery, now))
    if items:
        await triage(Batch(now=now, items=items), connection, rules, engine)
    return len(items)
