"""What a tool's latest full look at a target no longer holds is resolved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.written import finding_of
from bot.store.findings import absent_from_snapshot
from bot.triage.batch import Batch, Item, Rules
from bot.triage.stages import triage
from connectors.contract.finding import Finding, Snapshot, Status


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
    items = _gone(snapshot, [row for row in absent if row.fingerprint not in named], delivery, now)
    if items:
        await triage(Batch(now=now, items=items), connection, rules, engine)
    return len(items)


async def absent_again(
    connection: AsyncConnection, snapshot: Snapshot, delivery: str, received_at: datetime, named: Collection[str]
) -> list[Item]:
    """The same for a report that is read once more: what it closes, but for what it (``named``) or a later one told."""
    absent = await absent_from_snapshot(connection, snapshot.scope, looked_at(snapshot, received_at), "")
    rows = [row for row in absent if row.fingerprint not in named and row.last_seen <= received_at]
    return _gone(snapshot, rows, delivery, received_at)


def _gone(snapshot: Snapshot, absent: Sequence[Any], delivery: str, now: datetime) -> list[Item]:
    seen = [(row.fingerprint, finding_of(row.document)) for row in absent]
    looked = looked_at(snapshot, now)
    return [Item(gone(one, looked), name, delivery, now) for name, one in seen if looks_into(snapshot, one)]


def looks_into(snapshot: Snapshot, finding: Finding) -> bool:
    """Whether that look could have held it."""
    return finding.package is None or finding.package.name not in snapshot.unseen


def gone(finding: Finding, looked: datetime | None = None) -> Finding:
    """The finding as it stands when a whole look no longer holds it."""
    when = looked or finding.observed_at
    return replace(finding, status=Status.RESOLVED, status_reason="absent from the latest scan", observed_at=when)
