"""The console of one test, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.console_browser import Console, console_of, write_config
from tests.databases import Clock


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    made = console_of(write_config(tmp_path), database_url, clock)
    await made.wiring.engine.start(worker=False)
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()
