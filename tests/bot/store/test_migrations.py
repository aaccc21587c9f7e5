"""The schema that migrations make is the one the code means, on each backend; going up again changes nothing."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.db import Store, sync_url
from bot.store.migrations import HEAD, current, upgrade
from bot.store.migrations import __file__ as migrations
from bot.store.tables import metadata
from tests.databases import BACKENDS, Databases
from tests.harness.process import ROOT


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


def test_one_that_is_cut_in_two_leaves_nothing_behind(databases: Databases) -> None:
    """As by kill -9 halfway: what was left would be taken for whole tables, without their indexes and triggers."""
    url, meant = databases.fresh("sqlite", empty=True), databases.fresh("sqlite", empty=True)
    in_the_way("create table of_somebody (x int); create index approval_waiting on of_somebody (x)", url)

    with pytest.raises(sa.exc.OperationalError, match="approval_waiting already exists"):
        upgrade(url)
    assert tables_of(url) == ["of_somebody"]

    in_the_way("drop table of_somebody", url)
    upgrade(url)
    made(meant)
    assert schema(url) == schema(meant)
    for each in (url, meant):
        databases.discard(each)


def test_several_at_once_make_it_once(databases: Databases) -> None:
    """As workers do that all start on a new PostgreSQL."""
    url = databases.fresh("postgresql", empty=True)

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(run_upgrade, [url] * 4))

    assert current(url) == HEAD
    databases.discard(url)


def run_upgrade(url: str) -> None:
    """In a process of its own: Alembic keeps its context in its module."""
    command = [sys.executable, "-c", "import sys; from bot.store.migrations import upgrade; upgrade(sys.argv[1])", url]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)


def in_the_way(statements: str, url: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.executescript(statements)


def tables_of(url: str) -> list[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]


def test_the_head_is_the_newest_revision_there_is() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
