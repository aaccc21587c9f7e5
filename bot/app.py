"""The web application: its routes and its life, nothing else."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from bot import __version__
from bot.web.console_pages import Pages
from bot.web.crowd import Crowd
from bot.web.lost import lost
from bot.web.routes import Rooms, rooms_of, routes_of
from bot.wiring import Wiring
from bot.work.groups import GroupWork
from bot.work.register import begin_work, register_work


def create_app(wiring: Wiring, *, worker: bool) -> FastAPI:
    """One process's application. ``worker``: it also does the durable work (``suture serve``)."""
    rooms = rooms_of(wiring)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if worker:
            register_work(wiring)
        await wiring.engine.start(worker=worker)
        if worker:
            await begin_work(wiring)
        ongoing = (GroupWork(wiring).keep_looking(), wiring.reads.begin(), wiring.store.keep_tidy())
        besides = [asyncio.create_task(each) for each in ongoing]
        if wiring.socket is not None:
            wiring.socket.start(rooms.inbox)
        calm_collector()
        try:
            yield
        finally:
            for task in besides:
                task.cancel()
            await asyncio.gather(*besides, return_exceptions=True)
            await stop(wiring, rooms)

    # An address with a slash too many is none of ours: a redirect would go by the Host header, which anybody may write,
    # and from behind a proxy to plain http, with the sender's secret.
    app = FastAPI(title="Suture", version=__version__, lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(routes_of(rooms))
    app.add_middleware(Crowd, most=wiring.settings.limits.concurrent_requests)
    if wiring.settings.console.enabled:
        app.add_exception_handler(HTTPException, lost(Pages(wiring.clock)))
    return app


async def stop(wiring: Wiring, rooms: Rooms) -> None:
    """Finish what was accepted, then let go of everything."""
    if wiring.socket is not None:
        await wiring.socket.stop()
    await rooms.group.close()
    await wiring.reads.close()  # first: the engine waits for what runs, and a report goes on at the next start as well
    await wiring.engine.stop()
    await wiring.close()


def calm_collector() -> None:
    """What was built at start stays for good, so the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
