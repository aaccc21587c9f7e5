"""A proxy in front of a real HTTP server that breaks chosen requests in chosen ways: what networks do, on demand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

_READ_SECONDS = 10.0


class Fault(StrEnum):
    """What happens to a request instead of being answered."""

    CUT_BEFORE = "cut before"  # the connection closes; the server never sees the request
    LOSE_ANSWER = "lose answer"  # the server does it, then the connection closes without a word
    HANG = "hang"  # the server does it, and nothing ever comes back
    ANSWER = "answer"  # the server never sees it; the given answer comes back


@dataclass(slots=True)
class _Plan:
    fault: Fault
    matching: bytes
    answer: bytes
    times: int


@dataclass(slots=True)
class Held:
    """A request that waits at the door: ``came`` when it is there, ``go`` lets it pass."""

    matching: bytes
    came: asyncio.Event
    go: asyncio.Event


class FaultProxy:
    """``async with FaultProxy(upstream_url) as proxy``: use ``proxy.url``, break things with :meth:`break_next`.

    ``seen`` holds every request (head and body) that reached the server. One request a connection; bodies by length.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._plans: list[_Plan] = []
        self._held: list[Held] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.seen: list[bytes] = []
        self.url = ""

    def break_next(self, fault: Fault, matching: bytes, *, answer: bytes = b"", times: int = 1) -> None:
        """Break the next ``times`` requests whose head or body contains ``matching``."""
        self._plans.append(_Plan(fault, matching, answer, times))

    def hold_next(self, matching: bytes) -> Held:
        """Let the next request whose head or body contains ``matching`` wait, until it is told to go."""
        self._held.append(Held(matching, asyncio.Event(), asyncio.Event()))
        return self._held[-1]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await asyncio.wait_for(self._one(reader, writer), _READ_SECONDS)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read_request(reader, writer)
        held = next((each for each in self._held if each.matching in request and not each.came.is_set()), None)
        if held is not None:
            held.came.set()
            await held.go.wait()
        plan = self._fault_for(request)
        if plan and plan.fault is Fault.CUT_BEFORE:
            return
        if plan and plan.fault is Fault.ANSWER:
            writer.write(plan.answer)
            await writer.drain()
            return
        self.seen.append(request)
        answer = await self._forward(request)
        if plan and plan.fault is Fault.HANG:
            await asyncio.Event().wait()
        if plan is None:
            writer.write(answer)
            await writer.drain()

    def _fault_for(self, request: bytes) -> _Plan | None:
        for plan in self._plans:
            if plan.times > 0 and plan.matching in request:
                plan.times -= 1
                return plan
        return None

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()  # the server closes after one answer, as the request asks
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The whole request, rewritten to ask for one answer and then the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head[:-4].split(b"\r\n")
    named = {line.split(b":", 1)[0].strip().lower(): line.split(b":", 1)[1].strip() for line in lines[1:]}
    if named.get(b"expect", b"").lower() == b"100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    body = await reader.readexactly(int(named.get(b"content-length", b"0")))
    kept = [line for line in lines if line.split(b":", 1)[0].strip().lower() not in (b"expect", b"connection")]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body
