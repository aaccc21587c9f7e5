"""Who is signed in to the console: one-time links and the sessions they open. Only digests of the secrets are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import session

_LINK = "link"
_SESSION = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """A person who signed in. Their forms carry a token whose digest stands here."""

    person: str  # id
    csrf_digest: str
    expires_at: datetime

    def vouches_for(self, csrf: str) -> bool:
        """Whether a form with that token is one of ours, made for this session; compared in constant time."""
        return bool(csrf) and compare_digest(_digest(csrf), self.csrf_digest)


def _digest(secret: str) -> str:
    """SHA-256, in hex: the secrets are 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


async def create_link(connection: AsyncConnection, person: str, token: str, expires_at: datetime) -> None:
    """Remember a link that signs this person in, once, before ``expires_at``."""
    await _keep(connection, token, person=person, kind=_LINK, csrf="", expires_at=expires_at)


async def consume_link(connection: AsyncConnection, token: str, now: datetime) -> str | None:
    """Use a link up: whose it is, or None when it is unknown, used or too old. Of two at once, one gets None."""
    mine = (session.c.digest == _digest(token), session.c.kind == _LINK)
    gone = sa.delete(session).where(*mine).returning(session.c.person, session.c.expires_at)
    row = (await connection.execute(gone)).one_or_none()
    return row.person if row is not None and row.expires_at > now else None


async def begin_session(connection: AsyncConnection, person: str, token: str, csrf: str, expires_at: datetime) -> None:
    """Remember that whoever shows ``token`` is this person, until ``expires_at``."""
    await _keep(connection, token, person=person, kind=_SESSION, csrf=_digest(csrf), expires_at=expires_at)


async def session_of(connection: AsyncConnection, token: str, now: datetime) -> Session | None:
    """The session of that token, or None when there is none or it is over."""
    query = sa.select(session).where(session.c.digest == _digest(token), session.c.kind == _SESSION)
    row = (await connection.execute(query.where(session.c.expires_at > now))).one_or_none()
    return Session(row.person, row.csrf, row.expires_at) if row is not None else None


async def end_session(connection: AsyncConnection, token: str) -> None:
    """Sign out. A token nobody has is fine."""
    await connection.execute(sa.delete(session).where(session.c.digest == _digest(token)))


async def forget_expired(connection: AsyncConnection, now: datetime) -> None:
    """Clear away what is over."""
    await connection.execute(sa.delete(session).where(session.c.expires_at <= now))


async def _keep(
    connection: AsyncConnection, token: str, *, person: str, kind: str, csrf: str, expires_at: datetime
) -> None:
    row = {"digest": _digest(token), "person": person, "kind": kind, "csrf": csrf, "expires_at": expires_at}
    await connection.execute(session.insert(), [row])
