"""What Alembic runs: one connection, our tables only, all of it in one transaction, by one process at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from bot.store.db import is_sqlite, sqlite_settings
from bot.store.tables import metadata

_LOCK = 20_140_160  # any number of our own: workers that all start on a new database wait here for the first
url = context.config.attributes["url"]
engine = sa.create_engine(url, poolclass=sa.NullPool)
if is_sqlite(url):
    # Left alone, Python's SQLite commits each statement: killed halfway, tables would lack their indexes for ever.
    sqlite_settings(engine, synchronous="FULL", begin="BEGIN IMMEDIATE")
with engine.begin() as connection:
    if not is_sqlite(url):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
