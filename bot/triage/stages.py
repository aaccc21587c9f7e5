"""Open this first: an alert's findings on their way in, top to bottom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.triage.batch import Batch, Rules
from bot.triage.deduplicate import deduplicate
from bot.triage.enrich import enrich
from bot.triage.group import group
from bot.triage.prioritize import prioritize
from bot.triage.record import record
from bot.triage.route import route
from bot.triage.suppress import suppress

Stage = Callable[[Batch, AsyncConnection, Rules], Awaitable[Batch]]

STAGES: tuple[Stage, ...] = (
    deduplicate,  # have we been told this before?
    enrich,  # whose is it, where does it run, what is known about the problem?
    suppress,  # does it need anybody at all?
    group,  # which case does it belong to?
    prioritize,  # how urgent is it, and why?
    route,  # where is the case told?
)


async def triage(batch: Batch, connection: AsyncConnection, rules: Rules, engine: Engine | None) -> Batch:
    """Run the stages over the batch and write down what they decided, in the caller's transaction.

    Without an engine nobody is told (``suture explain``)."""
    for stage in STAGES:
        batch = await stage(batch, connection, rules)
    if engine is not None:
        await record(batch, connection, rules, engine)
    return batch
