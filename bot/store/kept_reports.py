"""How long report files are kept after they were read: as long as raw alerts, and all together within a limit."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.db import Store
from bot.store.spool import Spool
from bot.store.tables import scan


class KeptReports:
    """Keeps report files to be read again; ``most`` bytes of them, packed, and none where that is 0."""

    def __init__(self, store: Store, spool: Spool, most: int) -> None:
        self._store = store
        self._spool = spool
        self._most = most

    async def keep(self, scan_id: str, path: str) -> None:
        """A report was read: keep it, and let the oldest go that are too many now. Safe to do again."""
        if self._most:
            await self._spool.pack(scan_id, path)
            await self._within()
        else:
            await self._spool.forget(scan_id, path)

    async def forget_older(self, now: datetime, than: timedelta) -> None:
        """Those that came longer ago than that, and those beyond the limit, go."""
        await self._forget(scan.c.received_at < now - than)
        await self._within()

    async def _within(self) -> None:
        """Of all that are kept, newest first, those stay whose bytes together are within the limit."""
        newest_first = sa.select(
            scan.c.id, sa.func.sum(scan.c.kept).over(order_by=(scan.c.received_at.desc(), scan.c.id)).label("together")
        ).where(scan.c.kept > 0)
        summed = newest_first.subquery()
        await self._forget(scan.c.id.in_(sa.select(summed.c.id).where(summed.c.together > self._most)))

    async def _forget(self, which: sa.ColumnElement[bool]) -> None:
        query = sa.select(scan.c.id, scan.c.path).where(scan.c.kept > 0, which).order_by(scan.c.received_at)
        async with self._store.read() as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            await self._spool.forget(row.id, row.path)
