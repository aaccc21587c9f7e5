"""How DBOS is set up. The traps named in the comments are its own; each is guarded against here."""

from __future__ import annotations

import sqlite3
import sys

import sqlalchemy as sa
from dbos import DBOSConfig, DBOSPortableJSONSerializer

from bot.store.db import Store, is_sqlite, sqlite_settings, sync_url

# Raised by hand when queued work of an older version could no longer be read; never with an ordinary release.
PROTOCOL = "suture-1"
NAME = "suture"
THREADS = 96


class EngineError(Exception):
    """Durable work cannot start here; the message says what to change."""


def check(store: Store, executor: str) -> None:
    """Whether DBOS can work on this database under this name. Raises EngineError."""
    _check_sqlite(store.url)
    if executor == "local" and not store.sqlite:
        # Two workers with DBOS's default id would each recover the other's live work.
        raise EngineError("the worker's name must not be 'local': set SUTURE_WORKER to a name of its own")


def _check_sqlite(url: str) -> None:
    """DBOS needs SQLite 3.42 on Python 3.12 and later."""
    if is_sqlite(url) and sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
        raise EngineError(
            f"this Python's SQLite is {sqlite3.sqlite_version}, and 3.42 is needed with Python 3.12 or later: "
            "install the package pysqlite3, use Python 3.11, or set DATABASE_URL to a PostgreSQL"
        )


def system_engine(url: str) -> sa.Engine:
    """DBOS's own connections. A checkpoint lost in a power cut only repeats a step, so NORMAL is enough here."""
    if not is_sqlite(url):
        return sa.create_engine(sync_url(url), pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = sa.create_engine(sync_url(url), pool_size=10, max_overflow=20)
    sqlite_settings(engine, synchronous="NORMAL")  # it says its own BEGIN
    return engine


def configuration(engine: sa.Engine, executor: str) -> DBOSConfig:
    """What DBOS is told, ``executor`` being this worker's name."""
    return {
        "name": NAME,
        "system_database_engine": engine,
        "serializer": DBOSPortableJSONSerializer(),  # the default is pickle
        "application_version": PROTOCOL,  # the default, a hash of the source, strands queued work at each release
        "executor_id": executor,
        "log_level": "WARNING",
        "max_executor_threads": THREADS,
        "scheduler_polling_interval_sec": 1.0,
        "notification_listener_polling_interval_sec": 1.0,
        "enable_otlp": False,
    }
