"""Making and reading the links behind buttons that can only open a page; their key is made once and kept here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.press_link import PressLink, read, sign
from bot.store.db import Store
from bot.store.tables import own_key
from bot.store.upsert import insert

_NAME = "press-link"


class PressLinks:
    """The links of one installation: every process that shares the database signs with the same key."""

    def __init__(
        self,
        store: Store,
        public_url: str,
        live: timedelta,
        clock: Callable[[], datetime],
        new_key: Callable[[], bytes],
    ) -> None:
        self._store = store
        self._public_url = public_url
        self._live = live
        self._clock = clock
        self._new_key = new_key
        self._key = b""

    def __repr__(self) -> str:
        return f"PressLinks({self._public_url})"

    async def to(self, offer: str) -> str:
        """The address that opens the page of this button, from now until its time is over."""
        link = PressLink(offer, self._clock() + self._live)
        return f"{self._public_url}/confirm/{sign(await self._own_key(), link)}"

    async def within(self, connection: AsyncConnection, offer: str) -> str:
        """The same in a transaction that is under way; a key that it makes counts once that is committed."""
        key = self._key
        if not key:
            row = {"name": _NAME, "key": self._new_key().hex()}
            await connection.execute(insert(connection, own_key).on_conflict_do_nothing(), [row])
            key = bytes.fromhex((await connection.execute(_KEY)).scalar_one())
        return f"{self._public_url}/confirm/{sign(key, PressLink(offer, self._clock() + self._live))}"

    async def read(self, word: str) -> PressLink | None:
        """What a link states, its time over or not; None when it is not one of ours."""
        return read(await self._own_key(), word)

    async def _own_key(self) -> bytes:
        if not self._key:
            async with self._store.read() as connection:
                found = (await connection.execute(_KEY)).scalar()
            self._key = bytes.fromhex(found or await self._begin())
        return self._key

    async def _begin(self) -> str:
        """Make the key; of two processes that do so at once, both take the one that came first."""
        row = {"name": _NAME, "key": self._new_key().hex()}
        async with self._store.write() as connection:
            await connection.execute(insert(connection, own_key).on_conflict_do_nothing(), [row])
            return str((await connection.execute(_KEY)).scalar_one())


_KEY = sa.select(own_key.c.key).where(own_key.c.name == _NAME)
