"""The audit trail: each decision's who, what, when, where, from which source and with what outcome, hash-chained.

A record's hash covers its own words (RFC 8785 canonical JSON) and the hash of the record before it: a change, deletion,
insertion or swap anywhere breaks the chain from there on (NIST SP 800-53 AU-3, AU-9; OWASP ASVS v5.0.0-16.4.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.audit_chain import BEGINNING, Broken, Head, Verified, digest, short_of, wrong
from bot.store.db import plain
from bot.store.tables import audit

__all__ = ["Broken", "Head", "Record", "Verified", "append", "digest", "head", "latest", "verify"]

_LOCK = 0x5375_7475_7265  # "Suture": the advisory lock of the trail's head
_AT_ONCE = 2_000
_WITHHELD = "(withheld)"
_SECRET_NAME = re.compile(r"secret|passw|token|credential|private.?key|api.?key|authorization|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision. ``who`` is a person's id, or ``suture`` where a rule decided; ``detail`` holds JSON values."""

    at: datetime
    who: str
    act: str  # fix, accept-risk, sign-in …
    target: str  # S-12, run 4f1c…
    where_from: str  # slack, console, terminal …, and the platform's own id of who it was
    outcome: str  # done, refused, failed, unknown …
    detail: Mapping[str, Any] = field(default_factory=dict)


async def append(connection: AsyncConnection, records: Sequence[Record]) -> Head:
    """Write records to the end of the trail, in the caller's transaction; returns the new head.

    On PostgreSQL the head stays locked until that transaction ends: append last, just before it commits.
    Values whose name says that they are secret are withheld. Raises ValueError where a detail is no JSON.
    """
    if connection.dialect.name == "postgresql":  # SQLite's write transaction has no rival anyway
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = await head(connection)
    rows = []
    for record in records:
        row = _row(record, last)
        last = Head(row["sequence"], row["hash"])
        rows.append(row)
    if rows:
        await connection.execute(audit.insert(), rows)
    return last


async def head(connection: AsyncConnection) -> Head:
    """The trail's last record; ``0:000…`` while there is none."""
    query = sa.select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return Head(row.sequence, row.hash) if row else BEGINNING


async def verify(connection: AsyncConnection, anchor: Head | None = None) -> Verified | Broken:
    """Read the whole trail and check every link; memory stays small.

    A trail cut off at its end is a shorter, whole trail: only ``anchor``, a head noted down earlier and kept elsewhere,
    can show that, and likewise a trail that was written anew from the start.
    """
    last = BEGINNING
    async with connection.stream(sa.select(audit).order_by(audit.c.sequence)) as found:
        async for rows in found.partitions(_AT_ONCE):
            for row in rows:
                bad = wrong(dict(row._mapping), last, anchor)
                if bad:
                    return bad
                last = Head(row.sequence, row.hash)
    return short_of(last, anchor) or Verified(last.sequence, last)


async def latest(connection: AsyncConnection, *, target: str = "", before: int = 0, limit: int = 50) -> Sequence[Any]:
    """Rows of the trail, newest first, optionally of one target; ``before`` is the sequence to page on from."""
    query = sa.select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if target:
        query = query.where(audit.c.target == target)
    if before:
        query = query.where(audit.c.sequence < before)
    return (await connection.execute(query)).all()


def _row(record: Record, last: Head) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sequence": last.sequence + 1,
        "at": record.at,
        "who": record.who,
        "act": record.act,
        "target": record.target,
        "where_from": record.where_from,
        "outcome": record.outcome,
        "detail": plain(_withheld(record.detail)),
        "previous": last.hash,
    }
    return row | {"hash": digest(row)}


def _withheld(value: Any) -> Any:
    """The same without what is named as a secret: names are all that can be known of a value here."""
    if isinstance(value, Mapping):
        return {k: _WITHHELD if _SECRET_NAME.search(str(k)) else _withheld(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_withheld(each) for each in value]
    return value
