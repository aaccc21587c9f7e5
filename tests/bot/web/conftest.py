"""The console alone, and the whole application, of one test, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from bot.wiring import settings_of, wire
from tests.bot.web import served as whole
from tests.bot.web.console_browser import Console, console_of, write_config
from tests.bot.web.served import Served
from tests.connectors.certificates import NOW, pem
from tests.connectors.certificates import served as keys_from
from tests.databases import Clock
from tests.stories.world import Running, free_port


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
    """The real application on a real port, with a worker, at noon of 2 March 2026 until the test moves the clock."""
    port, clock = free_port(), Clock(NOW)

    def give(request: httpx2.Request) -> httpx2.Response:
        amazon.append(str(request.url))
        return httpx2.Response(200, content=pem() if request.url.path.endswith(".pem") else b"<ok/>")

    environment = whole.variables(database_url)
    settings = settings_of(str(whole.write_config(tmp_path, port)), environment)
    wiring = replace(wire(settings, environment, clock=clock), keys=keys_from(give, clock))
    running = Running(wiring, port)
    await running.start()
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Served(f"http://127.0.0.1:{port}", wiring, http, clock)
    await running.stop()
