"""Which accounts people tied to themselves; and the one-time addresses that ask whether they want to."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.identities import Account, Linked
from bot.store.db import Store
from bot.store.tables import link_request, linked_account
from bot.store.upsert import insert


class StoredLinks:
    """The links of one installation, as they are at this moment: an unlinked account is nobody's at its next press."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, chat: str, account: str) -> Linked | None:
        """Whose an account is by a link."""
        async with self._store.read() as connection:
            return await link_of(connection, chat, account)

    async def by(self, person: str) -> tuple[Linked, ...]:
        """What a person tied to themselves."""
        async with self._store.read() as connection:
            return await links_by(connection, person)


async def link_of(connection: AsyncConnection, chat: str, account: str) -> Linked | None:
    """The link of an account, or None."""
    query = sa.select(linked_account).where(linked_account.c.chat == chat, linked_account.c.account == account)
    row = (await connection.execute(query)).one_or_none()
    return _linked(row) if row is not None else None


async def links_by(connection: AsyncConnection, person: str) -> tuple[Linked, ...]:
    """The links of a person, the oldest first."""
    query = sa.select(linked_account).where(linked_account.c.person == person)
    rows = await connection.execute(query.order_by(linked_account.c.at, linked_account.c.account))
    return tuple(_linked(row) for row in rows)


async def add_link(connection: AsyncConnection, new: Linked, instead: Linked | None) -> bool:
    """Tie an account to a person; False when somebody was faster. ``instead``: a link that means nobody any more."""
    if instead is not None:
        await remove_link(connection, instead.account.chat, instead.account.id, instead.person)
    who = {"chat": new.account.chat, "account": new.account.id, "name": new.account.name}
    row = who | {"person": new.person, "at": new.at}
    added = insert(connection, linked_account).values(row).on_conflict_do_nothing().returning(linked_account.c.person)
    return (await connection.execute(added)).scalar() is not None


async def remove_link(connection: AsyncConnection, chat: str, account: str, person: str) -> bool:
    """Untie an account from this person; False when it was not theirs."""
    theirs = (linked_account.c.chat == chat, linked_account.c.account == account, linked_account.c.person == person)
    return bool((await connection.execute(sa.delete(linked_account).where(*theirs))).rowcount)


async def keep_request(
    connection: AsyncConnection, account: Account, token: str, now: datetime, expires_at: datetime
) -> None:
    """Remember who asked, until then. The last address of an account is the only one that works."""
    same = sa.and_(link_request.c.chat == account.chat, link_request.c.account == account.id)
    await connection.execute(sa.delete(link_request).where(sa.or_(same, link_request.c.expires_at <= now)))
    row = {"digest": _digest(token), "chat": account.chat, "account": account.id, "name": account.name}
    await connection.execute(link_request.insert(), [row | {"email": account.email, "expires_at": expires_at}])


async def requested(connection: AsyncConnection, token: str, now: datetime) -> Account | None:
    """Which account asked at that address; None when it is unknown, used, too old, or another came after it."""
    query = sa.select(link_request).where(link_request.c.digest == _digest(token), link_request.c.expires_at > now)
    row = (await connection.execute(query)).one_or_none()
    return Account(chat=row.chat, id=row.account, name=row.name, email=row.email) if row is not None else None


async def use_up(connection: AsyncConnection, token: str) -> bool:
    """The address works no more; False when it did not before. Of two at once, one gets False."""
    gone = sa.delete(link_request).where(link_request.c.digest == _digest(token))
    return bool((await connection.execute(gone)).rowcount)


def _linked(row: Any) -> Linked:
    return Linked(account=Account(chat=row.chat, id=row.account, name=row.name), person=row.person, at=row.at)


def _digest(token: str) -> str:
    """SHA-256, in hex: the addresses hold 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
