"""More requests at once than are let in: the next comes again, and the process is still told to be alive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
from uvicorn.server import ServerState

from bot.run import server_config
from bot.web.crowd import Crowd
from bot.wiring import settings_of

BUSY = {"error": "too many requests at once", "do": "send it again"}


async def at_once(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def test_one_too_many_is_told_to_come_again() -> None:
    gate, inside = asyncio.Event(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/slow":
            inside.set()
            await gate.wait()
        await at_once(scope, receive, send)

    transport = httpx2.ASGITransport(app=Crowd(application, most=1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://suture") as http:
        slow = asyncio.create_task(http.get("/slow"))
        await inside.wait()
        refused = await http.post("/v1/alerts/generic")
        assert (refused.status_code, refused.headers["retry-after"], refused.json()) == (503, "2", BUSY)
        assert (await http.get("/healthz")).status_code == 200
        gate.set()
        assert (await slow).status_code == 200
        assert (await http.get("/")).status_code == 200


async def test_open_connections_are_no_requests(tmp_path: Path) -> None:
    settings = settings_of(str(tmp_path), {})
    settings = replace(settings, limits=replace(settings.limits, concurrent_requests=2))
    config = server_config(at_once, settings)
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: config.http_protocol_class(config, state, {}), "127.0.0.1", 0)  # type: ignore[call-arg]
    host, port = server.sockets[0].getsockname()
    held = [await asyncio.open_connection(host, port) for _ in range(5)]
    for _, writer in held:
        writer.write(b"GET / HTT")
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"http://{host}:{port}/")).status_code == 200
    for _, writer in held:
        writer.close()
    server.close()
