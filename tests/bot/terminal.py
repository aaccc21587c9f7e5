"""A person's terminal: ``suture`` with one configuration and one SQLite database, here or as a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from typer.testing import CliRunner

from bot.cli import app
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from bot.wiring import settings_of, wire
from connectors.reading import read
from tests.databases import Clock
from tests.harness.process import ROOT
from tests.whole_policy import as_written


@dataclass
class Terminal:
    """In front of one configuration and one database."""

    config: Path
    variables: dict[str, str]

    def run(self, *words: str, stdin: bytes = b"") -> tuple[int, str, str]:
        """(exit code, standard output, standard error) of ``suture`` with these words, in this process."""
        with _logging_as_it_was():
            told = CliRunner().invoke(
                app, [*words, "--config", str(self.config)], env=self.variables | {"COLUMNS": "300"}, input=stdin
            )
        if told.exception is not None and not isinstance(told.exception, SystemExit):
            raise told.exception
        return told.exit_code, self._without_secrets(told.stdout), self._without_secrets(told.stderr)

    def process(self, *words: str, **changes: str) -> tuple[int, str, str]:
        """The same as a process of its own, with ``changes`` to its environment."""
        told = subprocess.run(
            [sys.executable, "-m", "bot.cli", *words, "--config", str(self.config)],
            env={**os.environ, **self.variables, **changes, "PYTHONPATH": str(ROOT), "COLUMNS": "300"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in told.stderr, told.stderr
        return told.returncode, self._without_secrets(told.stdout), self._without_secrets(told.stderr)

    def good(self, *words: str, stdin: bytes = b"") -> str:
        code, out, err = self.run(*words, stdin=stdin)
        assert code == 0, out + err
        return out

    def write(self, name: str, text: str) -> None:
        """Change a file of the configuration."""
        (self.config / name).write_text(as_written(name, text), encoding="utf-8")

    @property
    def database(self) -> str:
        """The path of the database."""
        return self.variables["DATABASE_URL"].removeprefix("sqlite:///")

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with closing(sqlite3.connect(self.database)) as database:
            names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
            return {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}

    def store(self, body: bytes, source: str = "generic", identity: str = "delivery-1") -> str:
        """A delivery comes in while the configuration is as it is now; its id."""
        asyncio.run(self._store(body, source, identity))
        return identity

    async def _store(self, body: bytes, source: str, identity: str) -> None:
        wiring = wire(settings_of(str(self.config), self.variables), self.variables, clock=Clock())
        await wiring.engine.start(worker=False)
        reading = read(wiring.sources[source], body, {}, wiring.settings.sources[source].options())
        received = Received(
            id=identity,
            source=source,
            delivery_key=reading.delivery_key,
            received_at=wiring.clock(),
            headers={},
            body=body,
            parser_version=1,
            records=reading.records,
        )
        async with wiring.store.write() as connection:
            await accept(connection, [received], rules_of(wiring.settings, wiring.fixes), wiring.engine)
        await wiring.engine.stop()
        await wiring.close()

    def _without_secrets(self, text: str) -> str:
        for name, value in self.variables.items():
            assert not name.startswith("TEST_") or value not in text, f"{name} is shown"
        return text


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
