"""What was known of a case when it was snoozed or its risk accepted, kept beside the decision."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.facts import facts_of
from bot.model.known_facts import KnownFacts, Sighting, known_of
from bot.model.written import finding_of
from bot.store.context import context_of
from bot.store.tables import acceptance, finding, known_then
from bot.store.upsert import replace_rows

_OPEN = sa.select(finding.c.document).where(
    finding.c.case_id == sa.bindparam("of_case"), finding.c.state == FindingState.OPEN.value
)
_KNOWN = sa.select(known_then).where(known_then.c.case_id.in_(sa.bindparam("ids", expanding=True)))


async def known_now(connection: AsyncConnection, case_id: int) -> KnownFacts:
    """The facts of a case's open findings, as our tables have them now."""
    findings = [finding_of(each) for each in (await connection.execute(_OPEN, {"of_case": case_id})).scalars()]
    context = await context_of(connection, findings)
    return known_of(
        Sighting(
            each.resource.id,
            facts_of(each, context.asset_of(each), context.threats),
            context.threats.exploited.intersection(each.vuln_ids),
        )
        for each in findings
    )


async def keep_known(connection: AsyncConnection, case_id: int, known: KnownFacts, now: datetime) -> None:
    """The decision that is taken now is taken on these facts."""
    await replace_rows(connection, known_then, [{"case_id": case_id, "facts": known.stored(), "at": now}])


async def known_when_decided(connection: AsyncConnection, case_ids: Collection[int]) -> dict[int, KnownFacts]:
    """Per case the facts that were kept; nothing for a case without any."""
    rows = await connection.execute(_KNOWN, {"ids": sorted(case_ids)})
    return {row.case_id: KnownFacts.read(row.facts) for row in rows}


async def end_acceptances(connection: AsyncConnection, case_id: int, reason: str, now: datetime) -> str:
    """The case's acceptance holds no longer; who signed it, "" where there was none."""
    ended = (
        sa.update(acceptance)
        .where(acceptance.c.case_id == case_id, acceptance.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
        .returning(acceptance.c.person)
    )
    return (await connection.execute(ended)).scalars().first() or ""
