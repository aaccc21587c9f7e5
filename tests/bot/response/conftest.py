"""An installation on each database that keeps the report files it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.wiring import settings_of, wire
from tests.bot.response.reports import Reports
from tests.bot.web.console_browser import write_config
from tests.databases import Clock


@pytest.fixture
async def reports(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Reports]:
    variables = {"DATABASE_URL": database_url, "SUTURE_WORKER": "replay-test"}
    config = write_config(tmp_path)
    teams = config / "teams.yaml"
    teams.write_text(teams.read_text(encoding="utf-8").replace("owns:", "chat: console, owns:"), encoding="utf-8")
    settings = replace(settings_of(str(config), variables), data_directory=tmp_path / "data")
    wiring = wire(settings, variables, clock=clock)
    await wiring.engine.start(worker=False)
    yield Reports(wiring, clock)
    await wiring.engine.stop(grace=1)
    await wiring.close()
