"""Findings: one row a fingerprint, with the whole reported finding beside the columns we ask by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.written import Document
from bot.store.one_of import one_of
from bot.store.tables import NOT_PRIORITISED, finding, finding_alias
from bot.store.upsert import insert as upsert
from bot.store.upsert import insert_many
from connectors.contract.finding import Status

T = TypeVar("T")
_CHUNK = 500  # bound parameters of one query


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """``values`` in pieces that fit into one query's bound parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


# What people are shown of a case's findings: few of their columns, and the document as the text that it is.
SHOWN = (
    *(finding.c.id, finding.c.correlation_key, finding.c.source, finding.c.asset, finding.c.state, finding.c.said),
    *(finding.c.count, finding.c.last_seen, sa.cast(finding.c.document, sa.Text).label("document")),
)

_KNOWN = sa.select(
    finding.c.fingerprint,
    finding.c.id,
    finding.c.state,
    finding.c.reason,
    finding.c.content_hash,
    finding.c.observed_at,
    finding.c.severity,
    finding.c.priority,
    finding.c.case_id,
    finding.c.delivery,
).where(one_of(finding.c.fingerprint, "fingerprints"))


async def known_by_fingerprint(connection: AsyncConnection, fingerprints: Sequence[str]) -> dict[str, Any]:
    """What is stored under these fingerprints, as rows with the fields of ``triage.batch.Known`` by name."""
    return {row.fingerprint: row for row in await connection.execute(_KNOWN, {"fingerprints": fingerprints})}


@dataclass(frozen=True, slots=True)
class Told:
    """Who told of a finding last: which delivery, when it came, and what it said of the finding."""

    delivery: str
    at: datetime
    status: Status


_TOLD = sa.select(
    finding.c.fingerprint,
    finding.c.delivery,
    finding.c.last_seen,
    sa.func.coalesce(finding.c.document["status"].as_string(), Status.OPEN.value),
).where(one_of(finding.c.fingerprint, "fingerprints"))


async def last_told(connection: AsyncConnection, fingerprints: Sequence[str]) -> dict[str, Told]:
    """Who told last of each of these that is known."""
    rows = await connection.execute(_TOLD, {"fingerprints": fingerprints})
    return {name: Told(delivery, at, Status(status)) for name, delivery, at, status in rows}


class FindingRow(msgspec.Struct, frozen=True, gc=False):
    """One finding as it is inserted or takes the place of what was known: the table's columns in their order."""

    fingerprint: str
    correlation_key: str
    source: str
    kind: str
    problem: str
    resource: str
    asset: str
    severity: int
    title: str
    state: str
    reason: str
    said: str
    said_by: str
    priority: int
    sentence: str
    case_id: int | None
    scope: str
    content_hash: str
    times: int  # the column "count"
    reopened: int
    first_seen: datetime
    last_seen: datetime
    observed_at: datetime
    resolved_at: datetime | None
    delivery: str
    document: Document


async def insert(connection: AsyncConnection, rows: Sequence[FindingRow], aliases: Collection[tuple[str, str]]) -> None:
    """New findings, and the other names of their problems: (alias, problem) each."""
    await insert_many(connection, finding, [msgspec.structs.astuple(row) for row in rows])
    if aliases:
        statement = upsert(connection, finding_alias).on_conflict_do_nothing()
        await connection.execute(statement, [{"alias": a, "problem": p} for a, p in sorted(aliases)])


_COUNT = (
    sa.update(finding)
    .where(finding.c.id == sa.bindparam("finding_id"))
    .values(
        count=finding.c.count + sa.bindparam("times"),
        last_seen=sa.bindparam("at", type_=finding.c.last_seen.type),
        delivery=sa.bindparam("told_by"),
    )
)


async def count(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Findings told again without news: {finding_id, times, at, told_by} each."""
    if rows:
        await connection.execute(_COUNT, sorted(rows, key=_by_id))


_NAMED = sa.update(finding).where(finding.c.id == sa.bindparam("finding_id")).values(delivery=sa.bindparam("told_by"))


async def named(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Findings that a report names without having looked: {finding_id, told_by} each. They are not absent from it."""
    if rows:
        await connection.execute(_NAMED, sorted(rows, key=_by_id))


_EARLIER = (
    sa.update(finding)
    .where(
        finding.c.id == sa.bindparam("finding_id"),
        finding.c.first_seen > sa.bindparam("at", type_=finding.c.first_seen.type),
    )
    .values(first_seen=sa.bindparam("at", type_=finding.c.first_seen.type))
)


async def seen_earlier(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Findings that an older delivery told of too: {finding_id, at} each. Nothing else of them moves."""
    if rows:
        await connection.execute(_EARLIER, sorted(rows, key=_by_id))


_KEPT = ("fingerprint", "correlation_key", "source", "first_seen", "count", "reopened")
_REPLACED = [c.name for c in finding.c if c.name not in (*_KEPT, "id")]
_UPDATE = (
    sa.update(finding)
    .where(finding.c.id == sa.bindparam("finding_id"))
    .values(
        **{name: sa.bindparam(name, type_=finding.c[name].type) for name in _REPLACED},
        count=finding.c.count + sa.bindparam("times"),
        reopened=finding.c.reopened + sa.bindparam("reopened_by"),
    )
)


async def update(connection: AsyncConnection, rows: Sequence[tuple[int, FindingRow]]) -> None:
    """Findings that changed: the number of each, and what it is now. What is counted is added to what was."""
    if not rows:
        return
    values = []
    for number, each in sorted(rows, key=itemgetter(0)):  # in one order for all writers, so that none waits for another
        value = {name: getattr(each, name) for name in _REPLACED}
        values.append(value | {"finding_id": number, "times": each.times, "reopened_by": each.reopened})
    await connection.execute(_UPDATE, values)


def _by_id(row: Mapping[str, Any]) -> int:
    """One order for all writers, so that two of them never wait for each other."""
    return int(row["finding_id"])


async def most_urgent_of(
    connection: AsyncConnection, cases: Sequence[int], *, without: Collection[int]
) -> dict[int, tuple[int, int, str]]:
    """Per case: (rank, severity, sentence) of its open findings other than ``without``."""
    found: dict[int, tuple[int, int, str]] = {}
    if not cases:
        return found
    query = sa.select(
        finding.c.case_id, finding.c.id, finding.c.priority, finding.c.severity, finding.c.sentence
    ).where(finding.c.case_id.in_(cases), finding.c.state == FindingState.OPEN.value)
    for each in await connection.execute(query):
        if each.id in without:
            continue
        rank, severity, sentence = found.get(each.case_id, (NOT_PRIORITISED, 0, ""))
        if each.priority < rank:
            rank, sentence = each.priority, each.sentence
        found[each.case_id] = (rank, max(severity, each.severity), sentence)
    return found


# Said in the index's own words beside the scope that is asked for: else SQLite reads the whole table.
_HAS_SCOPE = finding.c.scope != sa.literal_column("''")


async def absent_from_snapshot(
    connection: AsyncConnection, scope: str, before: datetime, delivery: str
) -> Sequence[Any]:
    """Open findings of a scope that the scan ``delivery`` did not name: rows of (fingerprint, document, last_seen)."""
    query = sa.select(finding.c.fingerprint, finding.c.document, finding.c.last_seen).where(
        finding.c.scope == scope,
        _HAS_SCOPE,
        finding.c.state.in_([FindingState.OPEN.value, FindingState.MITIGATED.value]),
        finding.c.delivery != delivery,
        finding.c.observed_at <= before,
    )
    return (await connection.execute(query)).all()
