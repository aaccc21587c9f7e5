"""The console alone, and the whole application, of one test, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.console_browser import Console, console_of, write_config
from tests.bot.web.served import Served, serving
from tests.bot.web.served import write_config as write_whole_config
from tests.databases import Clock


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    made = console_of(write_config(tmp_path), database_url, clock)
    await made.wiring.engine.start(worker=False)
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


@pytest.fixture
def amazon() -> list[str]:
    """What was asked of our own Amazon, which gives out a certificate and confirms subscriptions."""
    return []


@pytest.fixture
async def served(database_url: str, tmp_path: Path, amazon: list[str]) -> AsyncIterator[Served]:
    """The real application on a real port, accepting only, at noon of 2 March 2026 until the test moves the clock."""
    async with serving(write_whole_config(tmp_path), database_url, amazon, worker=False) as made:
        yield made
