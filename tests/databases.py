"""A fresh database for each test, on SQLite and on PostgreSQL: a copy of one template that already has every table."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.engine import Engine
from bot.store.db import Store
from tests.postgres_server import PostgresServer

BACKENDS = ("sqlite", "postgresql")
_TEMPLATE = "suture_template"


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on by ``timedelta(**span)``; returns the new time."""
        self.now += timedelta(**span)
        return self.now


class Databases:
    """Makes databases for the tests of one session. PostgreSQL starts when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._server: PostgresServer | None = None

    def fresh(self, backend: str, *, empty: bool = False) -> str:
        """The URL of a new database; ``empty`` leaves it without tables."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        return self._sqlite(name, empty) if backend == "sqlite" else self._postgresql(name, empty)

    def discard(self, url: str) -> None:
        """Remove what ``fresh`` made."""
        if url.startswith("sqlite"):
            for ending in ("", "-wal", "-shm"):
                Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)
        elif self._server is not None:
            self._server.drop(url.partition("?")[0].rpartition("/")[2])

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _sqlite(self, name: str, empty: bool) -> str:
        path = self._folder / f"{name}.db"
        if not empty:
            template = self._folder / f"{_TEMPLATE}.db"
            if not template.exists():
                _make_tables(f"sqlite:///{template}")
            shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def _postgresql(self, name: str, empty: bool) -> str:
        if self._server is None:
            self._server = PostgresServer()
            self._server.start()
            self._server.create(_TEMPLATE)
            _make_tables(self._server.url(_TEMPLATE))
        self._server.create(name, "template1" if empty else _TEMPLATE)
        return self._server.url(name)


def _make_tables(url: str) -> None:
    """Our tables and the engine's, in a thread of its own: a fixture inside a test's loop may be the first to ask."""

    async def make() -> None:
        store = Store(url)
        engine = Engine(store, executor="template", clock=Clock())
        await store.create()
        await engine.prepare()
        await engine.stop()
        await store.close()

    with ThreadPoolExecutor(1) as own:
        own.submit(lambda: asyncio.run(make())).result()
