"""Looking through the audit trail: by who, act, case, outcome, days and words; a page, or all of it piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Store
from bot.store.listing import Place
from bot.store.tables import audit, cases

_PIECE = 1_000
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What the reader may see: cases at these places; and, with ``unowned``, what is of no case."""

    places: tuple[Place, ...]
    unowned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which records; "" and None are "any". ``since`` and ``until`` are days in UTC, both included."""

    who: str = ""
    act: str = ""
    target: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""  # each must stand somewhere in the record
    readers: Readers | None = None  # None: whoever may run commands on the server

    def read_by(self, readers: Readers) -> AuditFilter:
        """The same, of what they may see."""
        return replace(self, readers=readers)

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, as text: for an address, and for the record of an export."""
        days = {"from": self.since, "to": self.until}
        asked = {"who": self.who, "act": self.act, "case": self.target, "outcome": self.outcome, "words": self.words}
        asked |= {name: day.isoformat() for name, day in days.items() if day is not None}
        return {name: text for name, text in asked.items() if text}


async def newest(connection: AsyncConnection, wanted: AuditFilter, *, before: int = 0, limit: int) -> Sequence[Any]:
    """Rows, newest first; ``before`` is the sequence to page on from. A trail only grows: a page stays what it is."""
    query = sa.select(audit).where(*_conditions(wanted)).order_by(audit.c.sequence.desc()).limit(limit)
    if before:
        query = query.where(audit.c.sequence < before)
    return (await connection.execute(query)).all()


async def in_order(store: Store, wanted: AuditFilter, until: int) -> AsyncIterator[Sequence[Any]]:
    """All rows up to that sequence, oldest first, some at a time: no transaction waits for a slow reader."""
    after = 0
    query = sa.select(audit).where(*_conditions(wanted), audit.c.sequence <= until).order_by(audit.c.sequence)
    while True:
        async with store.read() as connection:
            rows = (await connection.execute(query.where(audit.c.sequence > after).limit(_PIECE))).all()
        if not rows:
            return
        yield rows
        after = rows[-1].sequence


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    equal = {"who": wanted.who, "act": wanted.act, "target": wanted.target, "outcome": wanted.outcome}
    where: list[sa.ColumnElement[bool]] = [audit.c[name] == text for name, text in equal.items() if text]
    if wanted.since is not None:
        where.append(audit.c.at >= datetime.combine(wanted.since, time.min, UTC))
    if wanted.until is not None:
        where.append(audit.c.at <= datetime.combine(wanted.until, time.max, UTC))
    where += [_stands(word) for word in wanted.words.split()[:_MOST_WORDS]]
    if wanted.readers is not None:
        where.append(_seen_by(wanted.readers))
    return where


def _stands(word: str) -> sa.ColumnElement[bool]:
    columns = (audit.c.who, audit.c.act, audit.c.target, audit.c.where_from, audit.c.outcome)
    texts = (*columns, sa.cast(audit.c.detail, sa.Text))
    return sa.or_(*(text.icontains(word, autoescape=True) for text in texts))


def _seen_by(readers: Readers) -> sa.ColumnElement[bool]:
    """A case's record is for whoever may see the case; all others are for who sees what nobody owns."""
    name = sa.literal("S-") + sa.cast(cases.c.id, sa.String)
    mine = sa.select(name).where(sa.tuple_(cases.c.owner, cases.c.environment).in_(readers.places))
    seen = audit.c.target.in_(mine)
    return sa.or_(seen, audit.c.target.not_in(sa.select(name))) if readers.unowned else seen
