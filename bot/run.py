"""Starting and stopping processes: the database first, then the web, the worker, or both."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.app import create_app
from bot.engine import the_only_worker
from bot.logs import configure_logs
from bot.settings import Settings
from bot.settings.secrets_of import secrets_of
from bot.store.migrations import upgrade
from bot.web.patience import Patience
from bot.web.routes import health_of
from bot.wiring import Wiring, wire
from bot.work.groups import GroupWork
from bot.work.register import begin_work, register_work

log = structlog.get_logger()


def run_server(settings: Settings, *, worker: bool) -> None:
    """Serve until told to stop; SIGTERM finishes what was accepted."""
    configure_logs(settings.log_level, secrets_of(settings))
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    with the_only_worker(settings.database_url.reveal()) if worker else nullcontext():
        if worker:
            asyncio.run(prepare_database(settings))
        _serve(settings, worker=worker)


def _serve(settings: Settings, *, worker: bool) -> None:
    wiring = wire(settings, os.environ, apart=True)
    _Server(server_config(create_app(wiring, worker=worker), settings), settings.public_url).run()


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=Patience,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # longer than load balancers keep theirs (AWS 60 s): they answer 502 for ours that ended
        timeout_graceful_shutdown=8,
    )


class _Server(uvicorn.Server):
    """Says where it answers, once it does; what a server says by itself is of no use to whom runs Suture."""

    def __init__(self, config: uvicorn.Config, public_url: str) -> None:
        super().__init__(config)
        self._public_url = public_url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            log.info("ready", listens=f"{self.config.host}:{self.config.port}", public_url=self._public_url)


async def run_worker(settings: Settings) -> None:
    """Work until told to stop."""
    configure_logs(settings.log_level, secrets_of(settings))
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    with the_only_worker(settings.database_url.reveal()):
        await prepare_database(settings)
        await _work(settings)


async def _work(settings: Settings) -> None:
    wiring = wire(settings, os.environ, apart=True)
    register_work(wiring)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await wiring.engine.start(worker=True)
    await begin_work(wiring)
    await wiring.reads.begin()
    besides = [asyncio.create_task(each) for each in (GroupWork(wiring).keep_looking(), wiring.store.keep_tidy())]
    async with _answering(wiring, settings):
        await stopped.wait()
    for task in besides:
        task.cancel()
    await put_away(wiring)


@asynccontextmanager
async def _answering(wiring: Wiring, settings: Settings) -> AsyncIterator[None]:
    """A worker's own numbers and health, where it was told a port for them."""
    if settings.worker_port is None:
        yield
        return
    app = Starlette(routes=health_of(wiring).routes)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.worker_port, log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    yield
    server.should_exit = True
    await serving


async def put_away(wiring: Wiring) -> None:
    """Finish what runs, and let go of everything."""
    await wiring.reads.close()  # first: the engine waits for what runs, and a report goes on at the next start as well
    await wiring.engine.stop()
    await wiring.close()


async def prepare_database(settings: Settings) -> None:
    """Make or upgrade our tables; the engine's are made as a worker starts. A web process never does either."""
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(upgrade, settings.database_url.reveal())


async def upgrade_database(settings: Settings) -> None:
    """Our tables and the engine's, before any process starts; they may run meanwhile."""
    configure_logs(settings.log_level, secrets_of(settings))
    await prepare_database(settings)
    wiring = wire(settings, os.environ)
    await wiring.engine.prepare()
    await put_away(wiring)
