"""Connections that keep us waiting: closed after a while, whatever they began, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from bot.web.patience import LARGEST_HEAD, Patience

Address = tuple[str, int]


class Impatience(Patience):
    seconds = 0.2


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers at once under /now, without reading; else once the whole body is there, and after three patiences."""
    if scope["path"] != "/now":
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(3 * Impatience.seconds)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def address() -> AsyncIterator[Address]:
    config = uvicorn.Config(application, log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Impatience(config, state, {}), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()
    server.close()
    await server.wait_closed()


async def said(address: Address, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What is answered to these pieces until the other side closes; nothing where it is gone already."""
    reader, writer = await asyncio.open_connection(*address)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(pause)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("begun", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\nA: b"])
async def test_a_head_that_does_not_come_is_not_waited_for(address: Address, begun: bytes) -> None:
    assert await said(address, begun) == b""


async def test_a_head_that_drips_is_not_waited_for(address: Address) -> None:
    pieces = [b"GET /now HTTP/1.1\r\n", *(b"A: b\r\n" for _ in range(4)), b"\r\n"]
    assert await said(address, *pieces, pause=Impatience.seconds / 2) == b""


async def test_the_next_request_of_a_connection_is_not_waited_for_either(address: Address) -> None:
    assert (await said(address, b"GET /now HTTP/1.1\r\nHost: x\r\n\r\nGET /now")).endswith(b"ok")


async def test_a_body_that_nobody_wanted_is_not_waited_for(address: Address) -> None:
    head = b"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    assert (await said(address, head + b"begun")).endswith(b"ok")


async def test_whoever_is_answered_is_waited_for(address: Address) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\n"
    assert (await said(address, head, b"abc", b"def", pause=2 * Impatience.seconds)).endswith(b"ok")


async def test_a_head_without_end_is_refused(address: Address) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
    for _ in range(LARGEST_HEAD // 1024 + 1):
        writer.write(b"b" * 1024)
    assert b"400 Bad Request" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
