"""Does it need anybody at all? Every stop has a name, and is undone when the facts change."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import Decision, FindingState
from bot.store.cases import decided_cases
from bot.triage.batch import Batch, Change, Reason, Rules
from bot.triage.change import QUIET_STATUS
from bot.triage.heed import STATED, heed
from connectors.contract.finding import Status


async def suppress(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Give each finding its state, and name why it stops where it stops."""
    waiting = []
    for item in batch.lively:
        if item.known is not None and item.change in (Change.REFRESHED, Change.SEEN_AGAIN):
            item.state = FindingState.OPEN if item.known.reason in STATED else item.known.state
        elif item.finding.status is Status.OPEN:
            item.state = FindingState.OPEN
        else:
            item.state, item.reason = QUIET_STATUS[item.finding.status]
        if item.state is FindingState.OPEN:
            waiting.append(item)
    await heed(waiting, connection, rules)
    waiting = [item for item in waiting if item.state is FindingState.OPEN]
    decided = await decided_cases(connection, {item.finding.problem for item in waiting})
    for item in waiting if decided else ():
        decision = decided.get((item.owner.team, item.environment, item.finding.problem))
        if decision is not None:
            item.reason = Reason.ACCEPTED if decision is Decision.ACCEPTED else Reason.SNOOZED
    return batch
