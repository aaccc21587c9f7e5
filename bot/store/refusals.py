"""What the database did not do, and whether the same may succeed: at once, once it is back, or never."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class Collision(Exception):
    """Another process was faster with the same thing; the transaction is to be run again and will then see it."""


# All that a transaction may end with when it was not done. A connection that is refused comes through as an OSError.
NOT_DONE = (DBAPIError, Collision, NoConnectionFree, OSError)

# SQLSTATE: connection (08), no room on the disk, in memory or for connections (53), shutting down or starting (57P).
_AWAY = ("08", "53", "57P")
# SQLite's own names: another has the file, the disk is full or does not answer, the file cannot be opened or written.
_AWAY_SQLITE = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def is_about_a_value(failure: Exception) -> bool:
    """Whether the database refused a value and not the connection (SQLSTATE class 22, data exception, and 54, limits).

    Sending the same again would never help."""
    return _state(failure).startswith(("22", "54"))


def is_passing(failure: Exception) -> bool:
    """Whether the same may well succeed at once: a deadlock (SQLSTATE class 40), or what another has just written too.

    The latter is unique_violation (23505) or a Collision of our own."""
    state = _state(failure)
    return isinstance(failure, Collision) or state.startswith("40") or state == "23505"


def is_cut(failure: Exception) -> bool:
    """Whether a connection that had been good was cut: a new one may be had at once."""
    return isinstance(failure, DBAPIError) and failure.connection_invalidated


def is_away(failure: Exception) -> bool:
    """Whether the database was not there or could do nothing just then: the same succeeds once somebody has seen to it.

    A connection that is refused, or a host whose name nobody knows, comes through as an OSError."""
    if isinstance(failure, DBAPIError):
        named = str(getattr(failure.orig, "sqlite_errorname", "") or "")
        return failure.connection_invalidated or _state(failure).startswith(_AWAY) or named.startswith(_AWAY_SQLITE)
    return isinstance(failure, NoConnectionFree | OSError)


def lacks_tables(failure: Exception) -> bool:
    """Whether the database answers, and has no tables of ours, or older ones (SQLSTATE 42P01, 42703)."""
    return _state(failure) in ("42P01", "42703") or "no such " in str(getattr(failure, "orig", ""))


def _state(failure: Exception) -> str:
    """Its SQLSTATE, "" where it has none."""
    return str(getattr(getattr(failure, "orig", None), "sqlstate", "") or "")
