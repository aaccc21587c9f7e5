"""Every night goes what retention no longer keeps: raw deliveries, what of them nobody read, clicks, old messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.engine import Clock, Engine
from bot.model.case import CaseState
from bot.settings.values import Retention
from bot.store import tables as t
from bot.store.db import Store

PURGE = "schedules.purge"
_AT_ONCE = 1_000  # rows a transaction, so that nobody waits long for the writer
_FINISHED_WORK = timedelta(days=2)

Old = tuple[sa.Table, sa.ColumnElement[bool]]


class Forgetting:
    """Forgets what the configuration says. Cases, findings and the audit trail stay."""

    def __init__(self, store: Store, engine: Engine, kept: Retention, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._kept = kept
        self._clock = clock

    async def purge(self) -> None:
        """All that is too old now, a portion at a time. Safe to do again, and to break off."""
        now = self._clock()
        for table, old in self._old(now):
            while await self._forget_some(table, old):
                pass
        await self._engine.forget_finished(now - _FINISHED_WORK)

    def _old(self, now: datetime) -> Iterator[Old]:
        raw = now - self._kept.deliveries
        yield t.quarantine, t.quarantine.c.at < raw  # a record is a piece of its delivery, and cannot be read without
        yield t.delivery, t.delivery.c.received_at < raw
        yield t.click, t.click.c.at < raw
        yield t.ticket_news, t.ticket_news.c.at < raw
        long_fixed = sa.and_(t.cases.c.state == CaseState.FIXED.value, t.cases.c.fixed_at < now - self._kept.messages)
        yield t.message, t.message.c.case_id.in_(sa.select(t.cases.c.id).where(long_fixed))
        told = t.digest.c.at < now - self._kept.messages
        yield t.message, t.message.c.digest_id.in_(sa.select(t.digest.c.id).where(told))
        yield t.digest, told
        yield t.session, t.session.c.expires_at < now
        yield t.link_request, t.link_request.c.expires_at < now

    async def _forget_some(self, table: sa.Table, old: sa.ColumnElement[bool]) -> bool:
        """Delete a portion; whether there may be more."""
        (key,) = table.primary_key.columns
        some = sa.select(key).where(old).limit(_AT_ONCE)
        async with self._store.write() as connection:
            gone = await connection.execute(sa.delete(table).where(key.in_(some)))
        return gone.rowcount == _AT_ONCE
