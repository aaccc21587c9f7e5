"""The application in a test's own loop, and the time it lives in, which a story can let pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from dbos import DBOS

from bot.app import create_app
from bot.wiring import Wiring, settings_of, wall_clock, wire
from tests.fakes.own_process import KEEPS_CONNECTIONS
from tests.patience import PATIENCE


async def eventually(look: Callable[[], Awaitable[Any]], what: str, within: float = PATIENCE) -> Any:
    """Ask again and again until there is an answer; fails saying what never came."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        found = await look()
        if found:
            return found
        assert loop.time() < end, f"never came: {what}"
        await asyncio.sleep(0.05)


class StoryClock:
    """The real time, and as much later as the story wants it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_by(self, **span: float) -> None:
        """Let time pass: ``timedelta(**span)``. Slack's own clock stays, so press what is to be pressed before."""
        self._ahead += timedelta(**span)


async def bring_nearer(span: timedelta) -> None:
    """What the engine has put off comes so much sooner: it measures delays by the machine's own clock."""
    for work in await DBOS.list_workflows_async(status="DELAYED", load_input=False, load_output=False):
        until = (work.delay_until_epoch_ms or 0) - round(span.total_seconds() * 1000)
        await DBOS.set_workflow_delay_async(work.workflow_id, delay_until_epoch_ms=max(0, until))


class Running:
    """The application, served in this test's loop."""

    def __init__(self, wiring: Wiring, port: int, *, worker: bool = True) -> None:
        app = create_app(wiring, worker=worker)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, timeout_keep_alive=KEEPS_CONNECTIONS)
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve())

        async def started() -> bool:
            assert self._task is not None
            if self._task.done():
                self._task.result()
            return self._server.started

        await eventually(started, "the application's start")

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def wired(config: Path, environment: dict[str, str], clock: Callable[[], datetime] = wall_clock) -> Wiring:
    """The wiring of that configuration."""
    return wire(settings_of(str(config), environment), environment, clock=clock)
