"""The configuration in the shape the stages ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from bot.model.ownership import Owner, Ownership
from bot.model.priority import PriorityDecision, PriorityFacts, prioritize
from bot.model.priority_tables import Priority
from bot.model.routing import Routed, route
from bot.settings import Settings
from bot.triage.batch import CaseWork, Rules
from bot.triage.call import told_directly
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding, Kind
from connectors.contract.fix import Fix

BY_RANK: tuple[Priority, ...] = tuple(sorted(Priority, key=lambda priority: priority.rank))
_ENVIRONMENT_TAGS = ("environment", "env", "Environment", "Env")


def priority_of(rank: int) -> Priority:
    """The priority of a stored rank; a rank that is none counts as the least urgent."""
    return BY_RANK[min(rank, len(BY_RANK) - 1)]


def rules_of(settings: Settings, fixes: Mapping[str, Fix]) -> Rules:
    """The stages' rules of this configuration, with the fixes that are installed."""
    ownership = Ownership(settings.owner_rules, settings.catch_all)
    accounts = {account.id: account.environment for account in settings.accounts}

    def owner_of(finding: Finding, asset: AssetRecord | None, learned: str) -> Owner:
        return ownership.owner_of(finding.resource, asset=asset, learned=learned)

    def environment_of(finding: Finding) -> str:
        # Our own word first: a tag in an alert must not talk a production account down to development.
        tags = finding.resource.tags
        tagged = next((tags[tag] for tag in _ENVIRONMENT_TAGS if tags.get(tag)), "") if tags else ""
        return accounts.get(finding.resource.account, "") or tagged

    @lru_cache(maxsize=10_000)  # it is pure, and one storm asks the same thing over and over
    def decide(facts: PriorityFacts) -> PriorityDecision:
        return prioritize(facts, settings.priority)

    def routed(work: CaseWork) -> Routed:
        owner, environment, _ = work.key
        return route(
            settings.routes,
            settings.people,
            owner=owner,
            environment=environment,
            kind=Kind(work.kind),
            priority=priority_of(work.rank),
            source=work.source,
        )

    def due(rank: int, since: datetime) -> datetime:
        return since + settings.due.of(priority_of(rank))

    def fixable(finding: Finding) -> bool:
        if finding.kind is Kind.VULNERABILITY:
            return finding.port is not None  # what exposes its asset may be closed; the plan finds out
        return any(fix.offers(finding) is not None for fix in fixes.values())

    return Rules(
        owner_of=owner_of,
        environment_of=environment_of,
        prioritize=decide,
        route=routed,
        due=due,
        gather=settings.delivery.gather,
        call=lambda connection, *case: told_directly(connection, settings, *case),
        fixable=fixable,
        stating=frozenset(settings.sources),
    )
