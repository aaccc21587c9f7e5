"""The records of one stored delivery or report, as today's parser and configuration read them."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator

from bot.reading.here import ReadsHere
from bot.reading.report import AtTheEnd
from bot.store.deliveries import Stored
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Record
from connectors.contract.source import SourceOptions
from connectors.reading import read


async def chunks_again(wiring: Wiring, stored: Stored, told: AtTheEnd) -> AsyncGenerator[list[Record], None]:
    """In pieces of one transaction each, as when it came; ``told`` takes what counts when all is read.

    Raises NotThisFormat and UnknownShape when it cannot be read, FileNotFoundError when it is not there any more.
    """
    source = wiring.sources[stored.source]
    configured = wiring.settings.sources.get(stored.source)
    options = configured.options() if configured else SourceOptions()
    if stored.body is not None:
        records = read(source, zlib.decompress(stored.body), stored.headers, options).records
        yield [record for record in records if not told.takes(record)]
        return
    if not stored.kept:
        raise FileNotFoundError(f"the report file of scan {stored.id} was not kept")
    if source.read_report is None:
        raise NotThisFormat(f"{source.id} reads no reports any more")
    async with wiring.spool.open_kept(stored.id, stored.path) as file:
        async for piece in ReadsHere().report(source, file, stored.headers, options, 0):
            yield [record for record in piece if not told.takes(record)]
