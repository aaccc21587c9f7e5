"""How urgent is it, and why? The finding's own answer, then the case's: that of its most urgent open finding."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.store.findings import most_urgent_of
from bot.triage.batch import Batch, CaseWork, Change, Item, Rules
from bot.triage.lift import lift


async def prioritize(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Decide each finding's priority; raise its case; lower a case only by asking all of its findings."""
    for item in batch.lively:
        if item.case is None or item.facts is None:
            continue
        item.decision = rules.prioritize(item.facts)
        if item.state is FindingState.OPEN:
            _raise(item.case, item)
        if item.known is not None and item.decision.priority.rank > item.known.priority:
            item.case.recount = True
    await _lower(batch, connection)
    await lift(batch, connection)
    return batch


def _raise(work: CaseWork, item: Item) -> None:
    assert item.decision is not None
    rank = item.decision.priority.rank
    more_urgent = rank < work.rank
    same_but_new = rank == work.rank and item.change is Change.REFRESHED
    if more_urgent or same_but_new or not work.sentence:
        work.rank, work.sentence = rank, item.decision.sentence
    work.severity = max(work.severity, int(item.finding.severity))


async def _lower(batch: Batch, connection: AsyncConnection) -> None:
    """Where the most urgent finding went away or calmed down, look at all that is left."""
    asked = {work.id: work for work in batch.cases.values() if work.recount and work.before is not None}
    here = {item.known.id for item in batch.items if item.known is not None and item.case is not None}
    left = await most_urgent_of(connection, list(asked), without=here)
    for case_id, work in asked.items():
        ours = [item for item in batch.items if item.case is work and item.state is FindingState.OPEN]
        candidates = [
            (i.decision.priority.rank, int(i.finding.severity), i.decision.sentence) for i in ours if i.decision
        ]
        if case_id in left:
            candidates.append(left[case_id])
        if candidates:
            work.rank, _, work.sentence = min(candidates, key=lambda c: c[0])
            work.severity = max(severity for _, severity, _ in candidates)
