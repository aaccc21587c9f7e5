"""The database's schema over time: Alembic, run by ``suture db upgrade`` and at the start of a worker.

Only our own tables are Alembic's business; DBOS makes and changes its own. Alembic is imported only when there is
something for it to do: most starts find the schema as it should be, and an alert waits for each of them.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.store.db import sync_url

HEAD = "0001"  # the newest revision in versions/; a test holds the two together
_HERE = Path(__file__).parent
_REVISION = sa.table("alembic_version", sa.column("version_num"))


def upgrade(url: str) -> None:
    """Bring our tables up to this version. Safe to run again."""
    if current(url) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["url"] = sync_url(url)  # an attribute, so that no password is ever formatted into text
    command.upgrade(config, "head")


def current(url: str) -> str | None:
    """The revision of the database, None when it has no tables of ours yet."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(_REVISION.name):
                return None
            revision: str | None = connection.execute(sa.select(_REVISION.c.version_num)).scalar()
            return revision
    finally:
        engine.dispose()
