"""Reading in processes of their own, started when they are needed and again when one has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import IO, Any

import structlog

from bot.model.written import Written
from bot.reading.child import Child, Ended, start_child
from bot.reading.frames import options_to
from bot.reading.here import ReadsHere, Records, Told
from bot.reading.lines import from_lines
from connectors.contract.failure import Retriable, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.contract.source import Headers, Source, SourceOptions
from connectors.reading import digest_key

log = structlog.get_logger()

Start = Callable[[], Awaitable[Child]]  # raises Retriable where none can be started

SMALL = 16 * 1024  # bytes; a body up to this is read here sooner than it is there and back
_DELIVERY = 60.0  # seconds for its answer: the sender has given up by then
_PIECE = 1_800.0  # seconds for a piece of a report: before the first, one of gigabytes may be passed over as a whole
_MOST = 2  # processes
_TRIES = 2  # processes that end at one question before it is that question's fault
_WHY = "reading it ended the process that reads ({}); `suture replay` reads it again with a later version"


class ReadsApart:
    """Large bodies and all reports in processes of their own, small bodies here.

    A process that reads a report reads no delivery: none waits for a report. With all of them at reports, deliveries
    are read here.
    """

    def __init__(self, *, small: int = SMALL, patience: float = _DELIVERY, start: Start = start_child) -> None:
        self._here = ReadsHere()
        self._small = small
        self._patience = patience
        self._start = start
        self._children: list[Child] = []
        self._starting = asyncio.Lock()
        self._numbers = count(1)
        self._closing = False

    async def begin(self) -> None:
        """Start a process, so that the first who needs it does not wait for it."""
        try:
            await self._child(lambda child: True)
        except Retriable as failure:
            log.error("nothing reads apart", problem=str(failure))

    async def delivery(self, source: Source, body: bytes, headers: Headers, options: SourceOptions) -> Told:
        """What it says; one that ends the process which reads it is quarantined whole, since it would do so again.

        Where no process can be started it is read here. Raises NotThisFormat; Retriable once all are being ended."""
        if len(body) <= self._small or (len(self._children) == _MOST and all(one.reports for one in self._children)):
            return await self._here.delivery(source, body, headers, options)
        asked, endings = _about(source, headers, options) | {"do": "delivery"}, 0
        while True:
            try:
                child = await self._child(lambda child: not child.reports)
                head, behind = await child.ask(asked, body, patience=self._patience)
            except Retriable as failure:
                if self._closing:
                    raise
                log.error("nothing reads apart", problem=str(failure))
                return await self._here.delivery(source, body, headers, options)
            except Ended as ended:
                endings += self._is_to_blame(source, ended)
                if endings == _TRIES:
                    return Told((Quarantined("", _blamed(source, ended)),), digest_key(body))
            else:
                kept = head["kept"]
                return Told(from_lines(behind[kept:]), head["delivery_key"], behind[:kept])

    async def report(
        self, source: Source, file: IO[bytes], headers: Headers, options: SourceOptions, done: int
    ) -> AsyncIterator[Records]:
        """While one piece is written the next is read. One that ends the process which reads it is UnknownShape.

        Where no process can be started it is read here. Raises CancelledError once the processes are being ended by us:
        the report goes on with the next start."""
        about, endings, begun = _about(source, headers, options) | {"do": "report", "path": file.name}, 0, False
        while True:
            number = next(self._numbers)
            child = await self._child_for_a_report()
            if child is None:
                here = self._here.report(source, file, headers, options, done)
                known = await anext(here)
                if not begun:
                    yield known
                async for read_here in here:
                    yield read_here
                return
            child.reports.add(number)
            try:
                _, lasting = await child.ask(about | {"report": number, "done": done}, patience=_PIECE)
                if not begun:
                    yield from_lines(lasting)
                    begun = True
                async for piece in _pieces(child, number):
                    yield piece
                    done += sum(isinstance(each, Written | Quarantined) for each in piece)
            except Ended as ended:
                endings += self._is_to_blame(source, ended)
                if endings == _TRIES:
                    raise UnknownShape(_blamed(source, ended)) from None
            else:
                return
            finally:
                child.reports.discard(number)

    async def close(self) -> None:
        """End the processes; none is started any more."""
        self._closing = True
        async with self._starting:
            await asyncio.gather(*(child.close() for child in self._children))

    def _is_to_blame(self, source: Source, ended: Ended) -> bool:
        """Whether what was asked may have ended the process: not when it was at something else, or we ended it."""
        if self._closing:
            return False
        log.warning("a process that reads has ended", source=source.id, how=str(ended), at_this=ended.at_this)
        return ended.at_this

    async def _child_for_a_report(self) -> Child | None:
        """A process for it; None when none can be started. Raises CancelledError when they are being ended."""
        try:
            return await self._child(lambda child: not child.reports)
        except Retriable as failure:
            if self._closing:
                raise asyncio.CancelledError from None
            log.error("nothing reads apart", problem=str(failure))
            return None

    async def _child(self, wanted: Callable[[Child], bool]) -> Child:
        """The least busy process of those wanted, one more where there is none and may be, else any."""
        async with self._starting:
            if self._closing:
                raise Retriable("it is being stopped")
            self._children = [child for child in self._children if child.alive]
            fit = [child for child in self._children if wanted(child)]
            if not fit and len(self._children) < _MOST:
                fit = [await self._start()]
                self._children += fit
            return min(fit or self._children, key=lambda child: (len(child.reports), child.asked))


async def _pieces(child: Child, number: int) -> AsyncIterator[Records]:
    """The pieces of a report that is open there; the next is asked for, and made records of, while one is written."""

    async def ask(do: str) -> Records:
        _, lines = await child.ask({"do": do, "report": number}, patience=_PIECE)
        return from_lines(lines)

    ahead = asyncio.create_task(ask("piece"))
    try:
        while piece := await ahead:
            ahead = asyncio.create_task(ask("piece"))
            yield piece
    finally:
        await asyncio.gather(ahead, ask("done"), return_exceptions=True)


def _about(source: Source, headers: Headers, options: SourceOptions) -> dict[str, Any]:
    return {"source": source.id, "headers": dict(headers), "options": options_to(options)}


def _blamed(source: Source, ended: Ended) -> str:
    log.error("what was read ended the process that reads", source=source.id, how=str(ended))
    return _WHY.format(ended)
