"""What Alembic runs: one connection, our tables only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from bot.store.tables import metadata

engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
