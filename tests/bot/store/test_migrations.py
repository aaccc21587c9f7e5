"""The schema that migrations make is the one the code means, on each backend; going up again changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.db import Store, sync_url
from bot.store.migrations import HEAD, current, upgrade
from bot.store.migrations import __file__ as migrations
from bot.store.tables import metadata
from tests.databases import BACKENDS, Databases


def schema(url: str) -> dict[str, Any]:
    """Everything a database says of our tables."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    try:
        inspector = sa.inspect(engine)
        return {
            table: {
                "columns": [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in inspector.get_columns(table)
                ],
                "key": inspector.get_pk_constraint(table)["constrained_columns"],
                "unique": sorted(each["column_names"] for each in inspector.get_unique_constraints(table)),
                "indexes": sorted(
                    (i["name"], i["column_names"], bool(i["unique"])) for i in inspector.get_indexes(table)
                ),
                "triggers": triggers(engine, table),
            }
            for table in metadata.tables
        }
    finally:
        engine.dispose()


def triggers(engine: sa.Engine, table: str) -> list[str]:
    listed = {
        "sqlite": "select name from sqlite_master where type = 'trigger' and tbl_name = :of",
        "postgresql": "select tgname from pg_trigger where tgrelid = cast(:of as regclass) and not tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return sorted(connection.execute(sa.text(listed), {"of": table}).scalars())


def made(url: str) -> None:
    """The tables as the code has them."""

    async def make() -> None:
        store = Store(url)
        await store.create()
        await store.close()

    asyncio.run(make())


@pytest.mark.parametrize("backend", BACKENDS)
def test_migrations_make_what_the_code_means(databases: Databases, backend: str) -> None:
    migrated, meant = databases.fresh(backend, empty=True), databases.fresh(backend, empty=True)
    upgrade(migrated)
    made(meant)

    assert schema(migrated) == schema(meant)
    assert schema(migrated)["audit"]["triggers"]
    for url in (migrated, meant):
        databases.discard(url)


@pytest.mark.parametrize("backend", BACKENDS)
def test_going_up_again_changes_nothing(databases: Databases, backend: str) -> None:
    url = databases.fresh(backend, empty=True)
    assert current(url) is None
    upgrade(url)
    before = schema(url)
    upgrade(url)

    assert current(url) == HEAD
    assert schema(url) == before
    databases.discard(url)


def test_the_head_is_the_newest_revision_there_is() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
