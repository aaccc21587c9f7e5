"""Who is signed in to the console: one-time links and the sessions they open. Only digests of the secrets are kept."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import compare_digest

import sqlalchemy as sa
from cryptography.fernet import Fernet
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
    seen_at: datetime
    issuer: str = ""  # whose sign-in opened it; "" for a one-time link
    groups: tuple[str, ...] = ()
    id_token: str = field(default="", repr=False)
    signed_in_at: datetime | None = None  # when they proved who they are; None: unknown

    def vouches_for(self, csrf: str) -> bool:
        """Whether a form with that token is one of ours, made for this session; compared in constant time."""
        return bool(csrf) and compare_digest(_digest(csrf), self.csrf_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What a sign-in opens. ``token`` is the session's secret, ``csrf`` that of its forms."""

    person: str  # id
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime
    seen_at: datetime
    signed_in_at: datetime | None = None
    issuer: str = ""
    groups: tuple[str, ...] = ()
    id_token: str = field(default="", repr=False)


def _digest(secret: str) -> str:
    """SHA-256, in hex: the secrets are 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


async def create_link(connection: AsyncConnection, person: str, token: str, expires_at: datetime) -> None:
    """Remember a link that signs this person in, once, before ``expires_at``."""
    row = {"digest": _digest(token), "person": person, "kind": _LINK, "expires_at": expires_at}
    await connection.execute(session.insert(), [row])


async def consume_link(connection: AsyncConnection, token: str, now: datetime) -> str | None:
    """Use a link up: whose it is, or None when it is unknown, used or too old. Of two at once, one gets None."""
    mine = (session.c.digest == _digest(token), session.c.kind == _LINK)
    gone = sa.delete(session).where(*mine).returning(session.c.person, session.c.expires_at)
    row = (await connection.execute(gone)).one_or_none()
    return row.person if row is not None and row.expires_at > now else None


async def begin_session(connection: AsyncConnection, new: NewSession) -> None:
    """Remember that whoever shows the token is this person, until it expires or is not seen for too long."""
    row = {
        "digest": _digest(new.token),
        "person": new.person,
        "kind": _SESSION,
        "csrf": _digest(new.csrf),
        "expires_at": new.expires_at,
        "seen_at": new.seen_at,
        "signed_in_at": new.signed_in_at,
        "issuer": new.issuer,
        "groups": list(new.groups),
        "sealed_id_token": _seal(new.token).encrypt(new.id_token.encode()).decode() if new.id_token else "",
    }
    await connection.execute(session.insert(), [row])


async def session_of(connection: AsyncConnection, token: str, now: datetime, idle: timedelta) -> Session | None:
    """The session of that token, or None when there is none, it is over, or it was not seen for ``idle``."""
    query = sa.select(session).where(session.c.digest == _digest(token), session.c.kind == _SESSION)
    live = query.where(session.c.expires_at > now, session.c.seen_at > now - idle)
    row = (await connection.execute(live)).one_or_none()
    if row is None:
        return None
    sealed = row.sealed_id_token
    id_token = _seal(token).decrypt(sealed.encode()).decode() if sealed else ""
    told = row.issuer, tuple(row.groups), id_token, row.signed_in_at
    return Session(row.person, row.csrf, row.expires_at, row.seen_at, *told)


async def keep_awake(connection: AsyncConnection, token: str, now: datetime) -> None:
    """It was seen now."""
    await connection.execute(sa.update(session).where(session.c.digest == _digest(token)).values(seen_at=now))


async def end_session(connection: AsyncConnection, token: str) -> None:
    """Sign out. A token nobody has is fine."""
    await connection.execute(sa.delete(session).where(session.c.digest == _digest(token)))


async def end_sessions_of(connection: AsyncConnection, person: str) -> int:
    """End every session of a person, and every link that would open one; how many sessions there were."""
    gone = sa.delete(session).where(session.c.person == person).returning(session.c.kind)
    kinds = (await connection.execute(gone)).scalars().all()
    return sum(kind == _SESSION for kind in kinds)


async def forget_expired(connection: AsyncConnection, now: datetime, idle: timedelta) -> None:
    """Clear away what is over."""
    over = sa.or_(session.c.expires_at <= now, session.c.seen_at <= now - idle)
    await connection.execute(sa.delete(session).where(over))


def _seal(token: str) -> Fernet:
    """Opens and closes what only the session itself may read: the database holds its token's digest, not the token."""
    key = hashlib.sha256(b"suture id token " + token.encode("utf-8", "surrogatepass")).digest()
    return Fernet(urlsafe_b64encode(key))
