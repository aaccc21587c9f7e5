"""Have we been told this before? One row a fingerprint, however often and in whatever order it arrives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.store.cases import lock_cases
from bot.store.findings import known_by_fingerprint, last_told
from bot.triage.batch import Batch, Change, Item, Known, Rules
from bot.triage.change import change_of, reread_change
from connectors.contract.finding import STATUS_RANK, Status


async def deduplicate(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Fold what this batch tells twice, find what we know already, and name what is different."""
    items = list(_folded(batch.items).values())
    names = [item.fingerprint for item in items]
    rows = await known_by_fingerprint(connection, names)
    if await lock_cases(connection, {row.case_id for row in rows.values() if row.case_id is not None}):
        rows = await known_by_fingerprint(connection, names)  # as they stand now that nobody else changes them
    told = await last_told(connection, names) if batch.reread else {}
    for item in items:
        item.known = _known(rows.get(item.fingerprint))
        if item.fingerprint in told:
            item.change = reread_change(item, item.known, told[item.fingerprint])
        elif item.change is not Change.REFRESHED:
            item.change = change_of(item, item.known)
        if item.known is None:
            batch.new[item.delivery] = batch.new.get(item.delivery, 0) + 1
    batch.items = items
    return batch


def _known(row: Any) -> Known | None:
    if row is None:
        return None
    return Known(
        id=row.id,
        state=FindingState(row.state),
        reason=row.reason,
        content_hash=row.content_hash,
        observed_at=row.observed_at,
        severity=row.severity,
        priority=row.priority,
        case_id=row.case_id,
        delivery=row.delivery,
    )


def _folded(items: Iterable[Item]) -> dict[str, Item]:
    """One item a fingerprint. In one delivery the status that needs a person wins; over several, the later look."""
    folded: dict[str, Item] = {}
    for item in items:
        first = folded.get(item.fingerprint)
        if first is None:
            folded[item.fingerprint] = item
            continue
        first.times += item.times
        if item.delivery == first.delivery:
            _keep_versions(first, item)
            wins = STATUS_RANK[item.finding.status] > STATUS_RANK[first.finding.status]
        else:
            wins = _is_later_word(item, first)
        if wins:
            first.finding = item.finding
    return folded


def _is_later_word(item: Item, first: Item) -> bool:
    """What was not checked is no word at all, whenever it was told."""
    unchecked = [one.finding.status is Status.UNCHECKED for one in (item, first)]
    return unchecked[1] if any(unchecked) else item.observed_at >= first.observed_at


def _keep_versions(first: Item, item: Item) -> None:
    """A package that is there in several versions stays known in all of them: what is said of one is not of both."""
    package, other = first.finding.package, item.finding.package
    if package is not None and other is not None and package.installed != other.installed:
        besides = tuple(sorted({*package.besides, other.installed} - {package.installed, ""}))
        first.finding = replace(first.finding, package=replace(package, besides=besides))
        item.finding = replace(
            item.finding,
            package=replace(other, besides=tuple(sorted({*besides, package.installed} - {other.installed}))),
        )
