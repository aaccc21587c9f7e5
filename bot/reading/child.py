"""One process that reads: started, asked, and ended. Its answers come in the order of the questions."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog

from bot.reading.frames import SIZES, packed, sizes_of
from connectors.contract.failure import NotThisFormat, Retriable, UnknownShape

log = structlog.get_logger()

Answer = tuple[dict[str, Any], bytes]

_BUFFER = 4 * 1024 * 1024  # bytes of answers that wait to be taken
_PASSED_ON = ("PATH", "PYTHONHOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_FAILURES = {kind.__name__: kind for kind in (NotThisFormat, UnknownShape, FileNotFoundError)}


class Ended(Exception):
    """The process ended before it answered. ``at_this``: while it was at this question."""

    def __init__(self, how: str, *, at_this: bool) -> None:
        super().__init__(how)
        self.at_this = at_this


class Fault(RuntimeError):
    """A bug in a source, with the traceback of the process that reads."""


class Child:
    """A process that is ready, and who waits for its answers."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._listening = asyncio.create_task(self._listen())
        self.reports: set[int] = set()  # those it has open
        self.alive = True

    @property
    def asked(self) -> int:
        """How many questions wait for it."""
        return len(self._waiting)

    async def ask(self, asked: Mapping[str, Any], body: bytes = b"", *, patience: float) -> Answer:
        """Its answer; a process that gives none within so many seconds is ended.

        Raises Ended, Fault, and NotThisFormat, UnknownShape and FileNotFoundError as the reader there did."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if not self.alive:
            raise Ended("it had ended before", at_this=False)
        self._waiting.append(answer)
        to = self._process.stdin
        assert to is not None
        with suppress(ConnectionError):  # it has ended, and who listens to it says so
            to.writelines(packed(asked, body))
            await to.drain()
        if not (await asyncio.wait({answer}, timeout=patience))[0]:
            log.error("the process that reads does not answer", seconds=patience, source=asked.get("source", ""))
            self.kill()
        head, behind = await answer
        if "failed" in head:
            raise _FAILURES.get(head["failed"], Fault)(head["why"])
        return head, behind

    async def _listen(self) -> None:
        """Give each answer to who waits for it, until there are no more."""
        while (answer := await _answer(self._process)) is not None:
            waits = self._waiting.popleft()
            if not waits.done():
                waits.set_result(answer)
        self.alive = False
        ended = await self._process.wait()
        how = f"signal {-ended}" if ended < 0 else f"exit code {ended}"
        for place, waits in enumerate(self._waiting):
            if not waits.done():
                waits.set_exception(Ended(how, at_this=place == 0))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """End it."""
        self.kill()
        await self._listening


async def start_child() -> Child:
    """A process that is ready. It gets the way to our modules, and nothing that is secret. Raises Retriable."""
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.reading"),
        stdin=PIPE,
        stdout=PIPE,
        limit=_BUFFER,
        env=known | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        ready = await _answer(process)
    except asyncio.CancelledError:  # it is stopped while it starts: nobody else knows of this process yet
        process.kill()
        await process.wait()
        raise
    if ready is None:
        raise Retriable(f"the process that reads does not start (exit code {await process.wait()}); the log tells why")
    return Child(process)


async def _answer(process: Process) -> Answer | None:
    """Its next answer; None when it has ended."""
    said = process.stdout
    assert said is not None
    try:
        head, behind = sizes_of(await said.readexactly(SIZES))
        return json.loads(await said.readexactly(head)), await said.readexactly(behind)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
