"""What a tool's latest full look at a target no longer holds is resolved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.store.findings import absent_from_snapshot, finding_of
from bot.triage.batch import Batch, Item, Rules
from bot.triage.stages import triage
from connectors.contract.finding import Snapshot, Status


def looked_at(snapshot: Snapshot, now: datetime) -> datetime:
    """When the tool looked; ``now``, where it does not say, or says a time yet to come."""
    return min(filter(None, (snapshot.observed_at, now)))


async def close_absent(
    connection: AsyncConnection,
    snapshot: Snapshot,
    delivery: str,
    now: datetime,
    rules: Rules,
    engine: Engine,
    named: Collection[str] = (),
) -> int:
    """Resolve the open findings of the snapshot's scope that ``delivery`` did not name; returns how many.

    An older look never resolves what a newer one saw. ``named`` are fingerprints that it named beside another delivery.
    """
    looked = looked_at(snapshot, now)
    absent = await absent_from_snapshot(connection, snapshot.scope, looked, delivery)
    items = []
    for row in absent:
        seen = finding_of(row.document)
        if row.fingerprint in named or (seen.package is not None and seen.package.name in snapshot.unseen):
            continue
        gone = replace(
            seen,
            status=Status.RESOLVED,
            status_reason="absent from the latest scan",
            observed_at=looked,
        )
        items.append(Item(gone, row.fingerprint, delivery, now))
    if items:
        await triage(Batch(now=now, items=items), connection, rules, engine)
    return len(items)
