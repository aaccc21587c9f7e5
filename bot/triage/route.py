"""Where is the case told? A route of config/routes.yaml, else its owner's own channel."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.triage.batch import Batch, Rules


async def route(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Give each case that people should see its channel."""
    for work in batch.cases.values():
        if work.changed:
            work.routed = rules.route(work)
    return batch
