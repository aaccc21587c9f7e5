"""What a source sent and is still kept: deliveries and report files, newest first, one at a time.

A body may be 25 MB, and a report file is not read before it is its turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Store
from bot.store.tables import delivery, scan

_PAGE = 500
_READ = ("done", "failed")  # reports that wait are read by today's parser anyhow


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One delivery, with its packed ``body``, or one report, whose file lies at ``path`` if it is ``kept``."""

    id: str
    source: str
    received_at: datetime
    headers: Mapping[str, str]
    parser_version: int
    body: bytes | None = None
    path: str = ""
    kept: bool = True
    failed: bool = False  # a report that could not be read as a whole

    @property
    def is_report(self) -> bool:
        return self.body is None


async def newest_first(store: Store, source: str, since: datetime, until: datetime) -> AsyncIterator[Stored]:
    """What was received from ``since`` to ``until``; what retention takes meanwhile is left out."""
    last: tuple[datetime, str] | None = None
    while True:
        async with store.read() as connection:
            found = (await connection.execute(_page(source, since, until, last))).all()
        for each in found:
            async with store.read() as connection:
                stored = await stored_as(connection, each.id)
            if stored is not None:
                yield stored
        if len(found) < _PAGE:
            return
        last = (found[-1].received_at, found[-1].id)


async def stored_as(connection: AsyncConnection, name: str) -> Stored | None:
    """The delivery or the report of that id."""
    row = (await connection.execute(sa.select(delivery).where(delivery.c.id == name))).one_or_none()
    if row is not None:
        return Stored(**_of_either(row), body=row.body)
    row = (await connection.execute(sa.select(scan).where(scan.c.id == name, scan.c.state.in_(_READ)))).one_or_none()
    if row is None:
        return None
    return Stored(**_of_either(row), path=row.path, kept=row.kept > 0, failed=row.state == "failed")


def _of_either(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "source", "received_at", "headers", "parser_version")}


def _page(source: str, since: datetime, until: datetime, last: tuple[datetime, str] | None) -> sa.Select[Any]:
    deliveries = sa.select(delivery.c.id, delivery.c.received_at).where(delivery.c.source == source)
    reports = sa.select(scan.c.id, scan.c.received_at).where(scan.c.source == source, scan.c.state.in_(_READ))
    both = sa.union_all(
        deliveries.where(delivery.c.received_at.between(since, until)),
        reports.where(scan.c.received_at.between(since, until)),
    ).subquery()
    query, at = sa.select(both.c.id, both.c.received_at), both.c.received_at
    if last is not None:
        query = query.where(sa.or_(at < last[0], sa.and_(at == last[0], both.c.id < last[1])))
    return query.order_by(at.desc(), both.c.id.desc()).limit(_PAGE)
