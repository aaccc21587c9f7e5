"""Which case does it belong to? One case an owner, environment and problem, over all their assets."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.store.cases import cases_by_key
from bot.triage.batch import Batch, CaseKey, CaseWork, Change, Item, Rules
from bot.triage.heed import stated_lines

_MOST_NAMED = 3


async def group(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Find or begin the case of each finding that concerns somebody, and count what moved."""
    concerned = [item for item in batch.lively if _concerns_a_case(item)]
    keys = {_key(item) for item in concerned}
    stored = await cases_by_key(connection, keys, {item.known.case_id for item in concerned if item.known})
    by_id = {row["id"]: key for key, row in stored.items()}
    for item in concerned:
        key = _key(item)
        if item.known is not None and item.known.case_id in by_id:
            key = by_id[item.known.case_id]  # a finding stays with its case until a person moves the case
        work = batch.cases.get(key) or _begin(key, item, stored.get(key))
        batch.cases[key] = work
        item.case = work
        _count(work, item)
    moved = [item for item in concerned if item.closed_by_word or item.reopened_by_word]
    for work in {id(item.case): item.case for item in moved if item.case is not None}.values():
        work.lines += stated_lines(item for item in moved if item.case is work)
        work.heeded = any(item.closed_by_word for item in moved if item.case is work)
    return batch


def _concerns_a_case(item: Item) -> bool:
    return item.state is FindingState.OPEN or (item.known is not None and item.known.case_id is not None)


def _key(item: Item) -> CaseKey:
    return (item.owner.team, item.environment, item.finding.problem)


def _begin(key: CaseKey, item: Item, row: dict[str, object] | None) -> CaseWork:
    work = CaseWork(key=key, owner=item.owner, kind=item.finding.kind.value, title=item.finding.title, before=row)
    work.source = item.finding.source
    if row is not None:
        work.id = int(str(row["id"]))
        work.severity, work.rank = int(str(row["severity"])), int(str(row["priority"]))
        work.sentence, work.title = str(row["sentence"]), str(row["title"])
    return work


def _count(work: CaseWork, item: Item) -> None:
    """Move the case's counters by what this finding did."""
    before = item.known.state if item.known and item.known.case_id is not None else None
    if before is None:
        work.added += 1
        if work.before is not None and item.state is FindingState.OPEN:
            work.joined.append(
                item.asset.name if item.asset else item.finding.resource.name or item.finding.resource.id
            )
    work.opened += (item.state is FindingState.OPEN) - (before is FindingState.OPEN)
    work.mitigated += (item.state is FindingState.MITIGATED) - (before is FindingState.MITIGATED)
    work.seen_at = min(work.seen_at or item.received_at, item.received_at)
    if item.finding.disclosed_at:
        work.disclosed_at = min(work.disclosed_at or item.finding.disclosed_at, item.finding.disclosed_at)
    if item.known is not None:
        _mark(work, item)


def _mark(work: CaseWork, item: Item) -> None:
    """What its case must do because of a finding that was known."""
    if item.change is Change.REOPENED and work.before is not None:
        work.came_back = work.came_back or work.before["state"] in ("fixed", "mitigated")
    if item.change is Change.CLOSED:
        work.recount = True
    if item.change is Change.SEEN_AGAIN:
        work.verify = True
