"""Storms: when more new cases come for a channel than people can read, one digest tells them, and nothing is lost.

A storm begins in the channel's own drain, when too many new cases of one minute wait there. From then on whatever waits
and is not immediate is counted in the digest instead of being posted. It ends by the clock, after a quiet time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.engine import Clock, Engine
from bot.model.priority_tables import Priority
from bot.settings import DeliverySettings
from bot.store import storm as rows
from bot.store.db import Store
from connectors.contract.message import Chat

log = structlog.get_logger()

_MINUTE = timedelta(minutes=1)


class Storms:
    """Begins, feeds and ends the storms of all channels."""

    def __init__(
        self, store: Store, engine: Engine, chats: Mapping[str, Chat], settings: DeliverySettings, clock: Clock
    ) -> None:
        self._store = store
        self._chats = chats
        self._engine = engine
        self._settings = settings
        self._clock = clock

    async def take(self, row: Any, storm: int | None, drain: str) -> bool:
        """True when this message need not be sent as it is; ``storm`` is the channel's, None when there is none.

        Raises NotOurs when the channel has another drain by now."""
        if row.digest_id is not None:
            # What has come meanwhile is counted first, so that the digest shows it.
            return storm is not None and row.digest_id == storm and bool(await self._fold(row, storm))
        if row.platform_id or row.sending or row.alone or row.direct:
            return False
        if row.storm is not None and storm is None:
            async with self._store.write() as connection:
                return await rows.let_rest(connection, row)
        if row.priority <= Priority.IMMEDIATE.rank:
            return False
        if storm is not None:
            return bool(await self._fold(row, storm))
        return await self._begin(row, drain)

    async def _fold(self, row: Any, storm: int) -> int:
        async with self._store.write() as connection:
            return await rows.fold(connection, storm, row.chat, row.channel, self._clock())

    async def _begin(self, row: Any, drain: str) -> bool:
        now = self._clock()
        async with self._store.glance() as connection:
            waiting = await rows.rush(connection, row.chat, row.channel, now - _MINUTE)
        if waiting <= self._settings.storm_cases:
            return False
        async with self._store.write() as connection:
            apart = timedelta() if self._edits(row.chat) else self._settings.storm_again
            storm = await rows.begin_storm(connection, self._engine, row.chat, row.channel, drain, now, apart)
        log.warning("a storm begins: new cases are told together", channel=row.channel, digest=storm)
        return True

    async def end_quiet(self) -> None:
        """Whatever storm had no new case for long enough is over; run every few seconds."""
        now = self._clock()
        before = now - self._settings.storm_quiet
        async with self._store.read() as connection:
            quiet = await rows.quiet_storms(connection, before)
        for storm in quiet:
            async with self._store.write() as connection:
                edits = self._edits(storm.chat)
                await rows.end_storm(connection, self._engine, storm, before, now, at_once=edits)

    def _edits(self, chat: str) -> bool:
        return chat not in self._chats or self._chats[chat].edits
