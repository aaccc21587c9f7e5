"""What came in together is written together: deliveries, what was quarantined, and their findings through STAGES."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.written import Written, packed_body
from bot.store import tables as t
from bot.store.one_of import one_of
from bot.triage.batch import Batch, Item, Rules, item_of
from bot.triage.hear import hear, hear_the_end
from bot.triage.snapshots import close_absent, looked_at
from bot.triage.stages import triage
from connectors.contract.finding import AllSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Stating

_ANSWER = tuple(t.delivery.c[n] for n in ("source", "transport_id", "id", "findings", "new", "repeated", "quarantined"))
_LATER = t.delivery.alias("later")
_OVERTAKEN = sa.exists().where(_LATER.c.source == t.delivery.c.source, _LATER.c.received_at > t.delivery.c.received_at)
_ALREADY = sa.select(*_ANSWER, _OVERTAKEN.label("overtaken")).where(  # both, for it is the pair that has an index
    one_of(t.delivery.c.source, "sources"), one_of(t.delivery.c.transport_id, "keys")
)
_BUCKET = 600  # seconds: without a transport id, the same bytes within this time are a retry


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One verified and parsed delivery; ``delivery_key`` as :class:`connectors.reading.Reading` has it."""

    id: str
    source: str
    delivery_key: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    parser_version: int
    records: Sequence[Record | Written]
    environment: str = ""
    packed: bytes = b""  # the body as it is kept, where whoever read it has made that


@dataclass(frozen=True, slots=True)
class Accepted:
    """What happened to a delivery, as the sender is told."""

    delivery: str
    findings: int
    new: int
    repeated: int
    quarantined: int


@dataclass(slots=True)
class _Sorted:
    findings: list[Finding | Written] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    besides: list[Record] = field(default_factory=list)  # components and statements
    last: list[Record] = field(default_factory=list)  # what counts when all the rest is written

    @property
    def whole_looks(self) -> Sequence[Snapshot]:
        """Those by which absence means something: what could not be read may be what seems absent."""
        return () if any(not each.is_component for each in self.quarantined) else self.snapshots


def transport_key(delivery_key: str, at: datetime) -> str:
    """The delivery's identity: the transport's own id (``id:…``), else the body's digest within its ten minutes.

    A sender that repeats an identical body on purpose (Alertmanager does) is therefore not swallowed for ever, and not
    at all once its source has told something else: firing, resolved and firing again within minutes are three.
    """
    return delivery_key if delivery_key.startswith("id:") else f"{delivery_key}:{int(at.timestamp()) // _BUCKET}"


async def accept(
    connection: AsyncConnection, received: Sequence[Received], rules: Rules, engine: Engine
) -> list[Accepted]:
    """Store these deliveries and triage their findings, in the caller's transaction; one answer each, in order."""
    keys = {each.id: transport_key(each.delivery_key, each.received_at) for each in received}
    answers, overtaken = await _already_there(connection, {each.source for each in received}, keys)
    keys |= {each.id: f"{keys[each.id]}:{each.id}" for each in received if (each.source, keys[each.id]) in overtaken}
    fresh, first = [], dict[_Key, str]()
    for each in received:
        key = (each.source, keys[each.id])
        if key not in answers and key not in first:
            first[key] = each.id
            fresh.append(each)
    sorted_records = {each.id: _sort(each.records) for each in fresh}
    told = [(each, items_of(each, sorted_records[each.id].findings)) for each in fresh]
    items = [item for _, found in told for item in found]
    batch = Batch(now=max(each.received_at for each in received), items=items)
    if items:
        batch = await triage(batch, connection, rules, engine)
    looks = [(each, found, sorted_records[each.id].whole_looks) for each, found in told]
    for each, snapshot, named in _last_looks(looks):
        await close_absent(connection, snapshot, each.id, each.received_at, rules, engine, named)
    for each in fresh:
        if besides := sorted_records[each.id].besides:
            aside = await hear(connection, besides, each.source, each.id, each.received_at)
            sorted_records[each.id].quarantined.extend(aside)
        if last := sorted_records[each.id].last:
            await hear_the_end(connection, last, each.source, each.id, each.received_at, engine)
    rows = []
    for each in fresh:
        answer = _answer(each, sorted_records[each.id], batch)
        answers[(each.source, keys[each.id])] = answer
        rows.append(_row(each, keys[each.id], answer))
    await _store(connection, rows, [(e, q) for e in fresh for q in sorted_records[e.id].quarantined])
    return [_told(each, answers[(each.source, keys[each.id])]) for each in received]


_Look = tuple[Received, Snapshot, Set[str]]  # and what it named


def _last_looks(told: Sequence[tuple[Received, Sequence[Item], Sequence[Snapshot]]]) -> list[_Look]:
    """The last look at each scope: what is written together is triaged at once, so an earlier look's absence is old."""
    last: dict[str, _Look] = {}
    for each, items, snapshots in told:
        for snapshot in snapshots:
            before = last.get(snapshot.scope)
            looked = looked_at(snapshot, each.received_at)
            if before is None or looked >= looked_at(before[1], before[0].received_at):
                last[snapshot.scope] = (each, snapshot, {item.fingerprint for item in items})
    return list(last.values())


def items_of(received: Received, findings: Sequence[Finding | Written]) -> list[Item]:
    """The findings of one delivery, named and ready for STAGES."""
    return [item_of(each, received.id, received.received_at, received.environment) for each in findings]


def _sort(records: Sequence[Record | Written]) -> _Sorted:
    found = _Sorted()
    for record in records:
        if isinstance(record, Finding | Written):
            found.findings.append(record)
        elif isinstance(record, Quarantined):
            found.quarantined.append(record)
        elif isinstance(record, Snapshot):
            found.snapshots.append(record)
        elif isinstance(record, Stating | AllSeen):
            found.last.append(record)
        else:
            found.besides.append(record)
    return found


def _answer(received: Received, found: _Sorted, batch: Batch) -> Accepted:
    told, new = len(found.findings), batch.new.get(received.id, 0)
    return Accepted(received.id, told, new, told - new, len(found.quarantined))


def _told(received: Received, answer: Accepted) -> Accepted:
    """A retry is told the first delivery's id, and that nothing of it was new."""
    if answer.delivery == received.id:
        return answer
    return Accepted(answer.delivery, answer.findings, 0, answer.findings, answer.quarantined)


_Key = tuple[str, str]  # source, transport key


async def _already_there(
    connection: AsyncConnection, sources: Set[str], keys: Mapping[str, str]
) -> tuple[dict[_Key, Accepted], set[_Key]]:
    """What is stored under these keys, and which of those that are only digests something else came after."""
    answers: dict[_Key, Accepted] = {}
    overtaken: set[_Key] = set()
    for row in await connection.execute(_ALREADY, {"sources": sorted(sources), "keys": sorted(set(keys.values()))}):
        key = (row.source, row.transport_id)
        answers[key] = Accepted(row.id, row.findings, row.new, row.repeated, row.quarantined)
        if row.overtaken and not row.transport_id.startswith("id:"):
            overtaken.add(key)
    return answers, overtaken


def _row(received: Received, key: str, answer: Accepted) -> dict[str, object]:
    return {
        "id": received.id,
        "source": received.source,
        "transport_id": key,
        "received_at": received.received_at,
        "headers": dict(received.headers),
        "body": received.packed or packed_body(received.body),
        "parser_version": received.parser_version,
        "findings": answer.findings,
        "new": answer.new,
        "repeated": answer.repeated,
        "quarantined": answer.quarantined,
    }


async def _store(
    connection: AsyncConnection,
    rows: Sequence[Mapping[str, object]],
    quarantined: Sequence[tuple[Received, Quarantined]],
) -> None:
    if rows:
        await connection.execute(t.delivery.insert(), [dict(row) for row in rows])
    if quarantined:
        await connection.execute(
            t.quarantine.insert(),
            [
                {
                    "delivery": received.id,
                    "source": received.source,
                    "pointer": record.pointer,
                    "reason": record.reason,
                    "record": record.record[:4000],
                    "at": received.received_at,
                }
                for received, record in quarantined
            ],
        )
