"""Whose is it, where does it run, and what is known about the problem? From our own tables only; no network here."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.facts import facts_of
from bot.store.context import Context, context_of
from bot.triage.batch import Batch, Item, Rules


async def enrich(batch: Batch, connection: AsyncConnection, rules: Rules) -> Batch:
    """Fill in asset, owner, environment, and the facts from which the priority follows."""
    lively = batch.lively
    if not lively:
        return batch
    context = await context_of(connection, [item.finding for item in lively])
    for item in lively:
        _enrich_one(item, context, rules)
    return batch


def _enrich_one(item: Item, context: Context, rules: Rules) -> None:
    finding = item.finding
    item.asset = context.asset_of(finding)
    item.owner = rules.owner_of(finding, item.asset, context.learned.get(finding.resource.id, ""))
    item.environment = (
        (item.asset.environment if item.asset else "") or rules.environment_of(finding) or item.source_environment
    )
    item.facts = facts_of(finding, item.asset, context.threats)
    if finding.vuln_ids:
        item.exploited = context.threats.exploited.intersection(finding.vuln_ids)
