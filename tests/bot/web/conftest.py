"""The console alone, and the whole application, of one test, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.console_browser import Console, running_console, write_config
from tests.bot.web.served import Served, serving
from tests.bot.web.served import write_config as write_whole_config
from tests.databases import Clock


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    async with running_console(write_config(tmp_path), database_url, clock) as made:
        yield made


@pytest.fixture
def amazon() -> list[str]:
    """What was asked of our own Amazon, which gives out a certificate and confirms subscriptions."""
    return []


@pytest.fixture
async def served(database_url: str, tmp_path: Path, amazon: list[str]) -> AsyncIterator[Served]:
    """The real application on a real port, accepting only, at noon of 2 March 2026 until the test moves the clock."""
    async with serving(write_whole_config(tmp_path), database_url, amazon, worker=False) as made:
        yield made
