"""Starting and stopping processes: the database first, then the web, the worker, or both."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

import structlog
import uvicorn

from bot.app import create_app
from bot.logs import configure_logs
from bot.settings import Settings
from bot.settings.secrets_of import secrets_of
from bot.store.migrations import upgrade
from bot.wiring import Wiring, wire
from bot.work.groups import GroupWork
from bot.work.register import begin_work, register_work

log = structlog.get_logger()


def run_server(settings: Settings, *, worker: bool) -> None:
    """Serve until told to stop; SIGTERM finishes what was accepted."""
    configure_logs(settings.log_level, secrets_of(settings))
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    if worker:
        asyncio.run(prepare_database(settings))
    wiring = wire(settings, os.environ)
    config = uvicorn.Config(
        create_app(wiring, worker=worker),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=settings.limits.concurrent_requests,
        timeout_keep_alive=75,  # longer than load balancers keep theirs (AWS 60 s): they answer 502 for ours that ended
        timeout_graceful_shutdown=8,
        h11_max_incomplete_event_size=64 * 1024,
    )
    _Server(config, settings.public_url).run()


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
    await prepare_database(settings)
    wiring = wire(settings, os.environ)
    register_work(wiring)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await wiring.engine.start(worker=True)
    await begin_work(wiring)
    looking = asyncio.create_task(GroupWork(wiring).keep_looking())
    await stopped.wait()
    looking.cancel()
    await put_away(wiring)


async def put_away(wiring: Wiring) -> None:
    """Finish what runs, and let go of everything."""
    await wiring.engine.stop()
    await wiring.close()


async def prepare_database(settings: Settings) -> None:
    """Make or upgrade the tables; a web process never does."""
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(upgrade, settings.database_url.reveal())
