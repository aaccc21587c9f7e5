"""Stored deliveries of one source, newest first, one at a time: a body may be 25 MB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db import Store
from bot.store.tables import delivery

_PAGE = 500


async def newest_first(store: Store, source: str, since: datetime, until: datetime) -> AsyncIterator[Any]:
    """Whole rows of ``delivery``, received from ``since`` to ``until``; what retention takes meanwhile is left out."""
    last: tuple[datetime, str] | None = None
    while True:
        async with store.read() as connection:
            found = (await connection.execute(_page(source, since, until, last))).all()
        for each in found:
            async with store.read() as connection:
                row = (await connection.execute(sa.select(delivery).where(delivery.c.id == each.id))).one_or_none()
            if row is not None:
                yield row
        if len(found) < _PAGE:
            return
        last = (found[-1].received_at, found[-1].id)


def _page(source: str, since: datetime, until: datetime, last: tuple[datetime, str] | None) -> sa.Select[Any]:
    at = delivery.c.received_at
    query = sa.select(delivery.c.id, at).where(delivery.c.source == source, at >= since, at <= until)
    if last is not None:
        query = query.where(sa.or_(at < last[0], sa.and_(at == last[0], delivery.c.id < last[1])))
    return query.order_by(at.desc(), delivery.c.id.desc()).limit(_PAGE)
