"""What a stored plan proposes, as far as policy cares: where, how much, how urgent, and under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.levels import Proposal
from bot.store.case_targets import case_targets
from bot.store.tables import finding
from bot.triage.rules import priority_of
from connectors.contract.fix import Fix


@dataclass(frozen=True, slots=True)
class Wanted:
    """The proposal, and every name of what it would change: targets, their accounts, their resources and assets."""

    proposal: Proposal
    names: frozenset[str]


async def proposal_of(
    connection: AsyncConnection, case: Mapping[str, Any], plan: Any, fixes: Mapping[str, Fix]
) -> Wanted:
    """``case`` and ``plan`` are their rows."""
    changing = [document for document in plan.documents if document["changes"]]
    there = {(each["target"]["account"], each["target"]["id"]) for each in changing}
    proposal = Proposal(
        environment=case["environment"],
        fix=plan.fix,
        priority=priority_of(case["priority"]),
        reversible=all(document["reversible"] for document in changing),
        targets=len(changing),
    )
    names = {name for target in there for name in target}
    covered: set[int] = set()
    for each, target, findings in await case_targets(connection, case["id"], fixes):
        if each == plan.fix and (target.account, target.id) in there:
            covered.update(findings)
    query = sa.select(finding.c.resource, finding.c.asset).where(finding.c.id.in_(sorted(covered)))
    for row in await connection.execute(query):
        names |= {row.resource, row.asset}
    return Wanted(proposal, frozenset(names))
