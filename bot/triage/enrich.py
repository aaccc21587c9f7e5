"""Whose is it, where does it run, and what is known about the problem? From our own tables only; no network here."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.priority import PriorityFacts
from bot.store.context import Context, context_of
from bot.triage.batch import Batch, Item, Rules
from connectors.contract.context import Exposure
from connectors.contract.finding import Finding, Kind


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
    item.facts = _facts(finding, item, context)


def _facts(finding: Finding, item: Item, context: Context) -> PriorityFacts:
    asset = item.asset
    cves = finding.vuln_ids
    scores = [context.scores[cve] for cve in cves if cve in context.scores]
    listed = any(cve in context.exploited for cve in cves)
    return PriorityFacts(
        kind=finding.kind,
        severity=finding.severity,
        known_exploited=listed if context.knows_exploited else None,
        epss=max(scores) if scores else None,
        detection_on_asset=finding.kind is not Kind.DETECTION and asset is not None and asset.id in context.attacked,
        exposure=asset.exposure if asset else Exposure.UNKNOWN,
        world_open=finding.world_open,
        resource_type=finding.resource.type,
        family=finding.problem,
        port=finding.port,
        cvss_vector=finding.cvss_vector,
        reachable=True if finding.world_open else None,
        tier=asset.tier if asset else None,
        secret_active=finding.secret_active,
        public_repository=finding.publicly_leaked,
    )
