"""A snooze or an accepted risk is void once the facts change: it is exploited, attacked or exposed now, or more urgent.

What was known when it was decided stands beside the decision; each new fact says where it was read and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import LIVED_WITH, Decision, FindingState, case_name
from bot.model.known_facts import FactKind, KnownFacts, News, Sighting, known_of, news_since
from bot.store import audit
from bot.store.known_then import end_acceptances, known_when_decided
from bot.store.tables import context_read
from bot.triage.batch import Batch, CaseWork, Item
from bot.views.risks import fact_words
from connectors.contract.fix import Fact

_LIST = sa.select(context_read.c.location, context_read.c.at).where(context_read.c.name == "known_exploited")


async def lift(batch: Batch, connection: AsyncConnection) -> None:
    """Say of each snoozed or accepted case of the batch why that holds no longer, "" where it does."""
    quiet = [work for work in batch.cases.values() if _decision(work) in LIVED_WITH]
    if not quiet:
        return
    then = await known_when_decided(connection, [work.id for work in quiet])
    for work in quiet:
        items = [item for item in batch.lively if item.case is work and item.state is FindingState.OPEN]
        # Of a decision without kept facts nobody can say what was known: every fact is news then.
        found = news_since(then.get(work.id, KnownFacts()), known_of(_sightings(items)))
        work.news = await _facts(connection, found, items, batch.now)
        work.lifted = _why(work)


def _decision(work: CaseWork) -> Decision:
    return Decision(work.before["decision"]) if work.before is not None else Decision.NONE


def _sightings(items: Iterable[Item]) -> Iterable[Sighting]:
    return (Sighting(item.finding.resource.id, item.facts, item.exploited) for item in items if item.facts is not None)


def _why(work: CaseWork) -> str:
    assert work.before is not None
    told = "; ".join(fact_words(fact) for fact in work.news)
    if work.rank < work.before["priority"]:
        return f"the facts changed: {told + '. ' if told else ''}{work.sentence}"
    return f"the facts changed: {told}." if told else ""


async def _facts(
    connection: AsyncConnection, found: Sequence[News], items: Sequence[Item], now: datetime
) -> tuple[Fact, ...]:
    """The news in words, each with where it was read and when."""
    told = []
    for each in found:
        if each.kind is FactKind.EXPLOITED:
            read = (await connection.execute(_LIST)).one_or_none()
            where, at = (read.location, read.at) if read is not None else ("the known-exploited list", None)
            told.append(Fact(f"{each.subject} is on the known-exploited list now", where, at))
        else:
            item = next(item for item in items if item.finding.resource.id == each.subject)
            told.append(_attacked(item, now) if each.kind is FactKind.ATTACKED else _exposed(item))
    return tuple(told)


def _attacked(item: Item, now: datetime) -> Fact:
    if item.facts is not None and item.facts.secret_active:
        return Fact(f"the secret in {_name(item)} works or was seen used", item.finding.source, item.observed_at)
    return Fact(f"something is being detected on {_name(item)}", "detections on the asset", now)


def _exposed(item: Item) -> Fact:
    text = f"{_name(item)} is open to the internet now"
    if item.finding.world_open or item.finding.publicly_leaked or item.asset is None:
        return Fact(text, item.finding.source, item.observed_at)
    return Fact(text, f"inventory {item.asset.source}".strip(), item.asset.read_at)


def _name(item: Item) -> str:
    return item.asset.name if item.asset else item.finding.resource.name or item.finding.resource.id


async def end_lifted(connection: AsyncConnection, works: Sequence[CaseWork], now: datetime) -> dict[int, str]:
    """End the acceptances that hold no longer; per case, whoever signed it."""
    return {
        work.id: await end_acceptances(connection, work.id, work.lifted, now)
        for work in works
        if work.lifted and _decision(work) is Decision.ACCEPTED
    }


async def write_lifted(
    connection: AsyncConnection, works: Sequence[CaseWork], now: datetime, others: Sequence[audit.Record] = ()
) -> None:
    """A record of the trail for each decision that ended by itself, and ``others`` of the same batch."""
    records = [*(_record(work, now) for work in works if work.lifted), *others]
    if records:
        await audit.append(connection, records)


def _record(work: CaseWork, now: datetime) -> audit.Record:
    facts = [
        {"fact": fact.text, "where": fact.where, "read at": fact.read_at.isoformat() if fact.read_at else ""}
        for fact in work.news
    ]
    return audit.Record(
        at=now,
        who="suture",
        act="accept-risk" if _decision(work) is Decision.ACCEPTED else "snooze",
        target=case_name(work.id),
        where_from="the facts",
        outcome="void",
        detail={"why": work.lifted, "facts": facts},
    )
