"""The database's schema over time: Alembic, run by ``suture db upgrade`` and at the start of a worker.

Only our own tables are Alembic's business; DBOS makes and changes its own.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from bot.store.db import sync_url

_HERE = Path(__file__).parent


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["url"] = sync_url(url)  # an attribute, so that no password is ever formatted into text
    return config


def upgrade(url: str) -> None:
    """Bring our tables up to this version. Safe to run again."""
    command.upgrade(_config(url), "head")


def current(url: str) -> str | None:
    """The revision of the database, None when it has no tables of ours yet."""
    engine = sa.create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
