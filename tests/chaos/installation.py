"""The processes under test, ready to be started: one on SQLite, or a web process and two workers on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.chaos.killing import Commits, PostgresCommits, SqliteCommits
from tests.chaos.machines import Machines
from tests.fakes.database_line import DatabaseLine
from tests.postgres_server import PostgresServer

Installed = tuple[Machines, Commits, str]  # with the database's address


@asynccontextmanager
async def installed(
    backend: str, folder: Path, config: Path, port: int, secrets: Mapping[str, str]
) -> AsyncIterator[Installed]:
    """On an empty database; whatever still runs is stopped afterwards."""
    making = _on_sqlite if backend == "sqlite" else _on_postgresql
    async with making(folder, config, port, secrets) as made:
        try:
            yield made
        finally:
            for each in made[0].processes:
                if each.running:
                    each.kill()


@asynccontextmanager
async def _on_sqlite(folder: Path, config: Path, port: int, secrets: Mapping[str, str]) -> AsyncIterator[Installed]:
    file = folder / "suture.db"
    url = f"sqlite:///{file}"
    machines = Machines.of([("serve", {**secrets, "DATABASE_URL": url})], config, port, folder)
    yield machines, SqliteCommits(file), url


@asynccontextmanager
async def _on_postgresql(folder: Path, config: Path, port: int, secrets: Mapping[str, str]) -> AsyncIterator[Installed]:
    """Only the web process comes over the line on which its commits can be heard."""
    server = PostgresServer()
    server.start()
    try:
        server.create("chaos")
        url = server.url("chaos")
        async with DatabaseLine(url) as line:
            direct = {**secrets, "DATABASE_URL": url}
            commands = [("web", {**secrets, "DATABASE_URL": line.url}), ("worker", direct), ("worker", direct)]
            yield Machines.of(commands, config, port, folder), PostgresCommits(line), url
    finally:
        server.stop()
