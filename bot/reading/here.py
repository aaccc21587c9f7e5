"""Reading in this process: what is small, and everything where no other process is wanted (tests, the terminal)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from bot.model.written import Written
from bot.reading.report import pass_over, pieces_of
from connectors.contract.finding import Record
from connectors.contract.source import Headers, Source, SourceOptions
from connectors.packed import unpacked_file
from connectors.reading import read

Records = Sequence[Record | Written]


@dataclass(frozen=True, slots=True)
class Told:
    """What one delivery says; ``delivery_key`` as :class:`connectors.reading.Reading` has it."""

    records: Records
    delivery_key: str
    packed: bytes = b""  # its body as it is kept, where that was made beside the reading


class Reads(Protocol):
    """Reads what came in."""

    async def begin(self) -> None:
        """Make ready for the first."""

    async def delivery(self, source: Source, body: bytes, headers: Headers, options: SourceOptions) -> Told:
        """What a delivery says. Raises NotThisFormat."""

    def report(
        self, source: Source, file: IO[bytes], headers: Headers, options: SourceOptions, done: int
    ) -> AsyncIterator[Records]:
        """A report in pieces of what one transaction writes, the first of them what lasts of the ``done`` findings and
        quarantined records that are committed already. Raises NotThisFormat and UnknownShape."""

    async def close(self) -> None: ...


class ReadsHere:
    """In this process; a report in a thread, so that others go on meanwhile."""

    async def begin(self) -> None: ...

    async def delivery(self, source: Source, body: bytes, headers: Headers, options: SourceOptions) -> Told:
        reading = read(source, body, headers, options)
        return Told(reading.records, reading.delivery_key)

    async def report(
        self, source: Source, file: IO[bytes], headers: Headers, options: SourceOptions, done: int
    ) -> AsyncIterator[Sequence[Record]]:
        assert source.read_report is not None
        with unpacked_file(file) as unpacked:
            records = iter(source.read_report(unpacked, options, headers))
            yield await asyncio.to_thread(pass_over, records, done)
            pieces = pieces_of(records)
            while piece := await asyncio.to_thread(next, pieces, None):
                yield piece

    async def close(self) -> None: ...
