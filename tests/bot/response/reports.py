"""Report files that come one after the other, to a parser that sees more, or less, from one version to the next."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.replayed import Replayed
from bot.response.replay_source import SourceReplay
from bot.store import tables as t
from bot.triage.rules import rules_of
from bot.wiring import Wiring
from bot.work.ingest import Ingest
from bot.work.statements import Statements
from connectors.contract.finding import Finding, Record
from connectors.contract.source import SourceOptions
from connectors.registry import sources
from tests.databases import Clock

Sees = Callable[[Record], bool]
Turns = Callable[[Record], Record]


def everything(record: Record) -> bool:
    return True


def as_it_is(record: Record) -> Record:
    return record


def no_findings(record: Record) -> bool:
    return not isinstance(record, Finding)


async def _in_one_piece(body: bytes) -> AsyncIterator[bytes]:
    yield body


class Reports:
    """One installation to which reports are sent."""

    def __init__(self, wiring: Wiring, clock: Clock, *, most_kept: int = 10**9) -> None:
        self.wiring = wiring
        self.clock = clock
        self.most_kept = most_kept

    def reads(self, source: str, sees: Sees = everything, version: int = 2, turns: Turns = as_it_is) -> None:
        """From now on the source's parser is this version, which sees of its records only those, and so."""
        whole = sources()[source]

        def read(*file_and_more: Any) -> Iterator[Record]:
            assert whole.read_report is not None
            return (turns(record) for record in whole.read_report(*file_and_more) if sees(record))

        mended = replace(whole, read_report=read, parser_version=version)
        self.wiring = replace(self.wiring, sources={**self.wiring.sources, source: mended})

    @property
    def ingest(self) -> Ingest:
        wiring = self.wiring
        rules = replace(rules_of(wiring.settings, wiring.fixes), stating=frozenset(wiring.sources))
        store, engine, spool = wiring.store, wiring.engine, wiring.spool
        options: Callable[[str], SourceOptions] = lambda name: SourceOptions()  # noqa: E731 - as the wiring's own
        return Ingest(store, engine, spool, wiring.sources, options, rules, self.clock, wiring.reads, self.most_kept)

    async def comes(self, source: str, report: dict[str, Any] | bytes, *, hours: float = 1) -> str:
        """A report file, so long after the one before, and it is read; the scan's id."""
        now = self.clock.advance(hours=hours)
        name = f"scan-{int(now.timestamp())}"
        body = report if isinstance(report, bytes) else json.dumps(report).encode()
        spooled = await self.wiring.spool.write(name, _in_one_piece(body))
        row: dict[str, Any] = {"id": name, "source": source, "state": "waiting", "headers": {}, "path": spooled.path}
        row |= {"digest": spooled.digest, "bytes": spooled.size, "received_at": now}
        async with self.wiring.store.write() as connection:
            await connection.execute(t.scan.insert(), [row])
        self.clock.advance(seconds=1)
        await self.ingest.read(name)
        return name

    async def again(self, source: str, *, changes: bool) -> Replayed:
        """``suture replay --source``."""
        run = SourceReplay(self.wiring, source, who="ana", where_from="terminal:ana")
        return await run.run(self.clock() - timedelta(days=7), changes=changes, progress=lambda found: None)

    async def heed(self, source: str, document: str, *, quietly: bool) -> None:
        """What a document of VEX sets going."""
        wiring = self.wiring
        rules = replace(rules_of(wiring.settings, wiring.fixes), stating=frozenset(wiring.sources))
        for last in (False, True):
            await Statements(wiring.store, wiring.engine, rules, self.clock).heed(source, document, last, quietly)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table).order_by(*table.primary_key.columns))).all())

    async def standing(self) -> dict[str, list[Any]]:
        """All that people could see or be told, and what is known of assets."""
        tables = (t.finding, t.cases, t.message, t.history, t.quarantine, t.component, t.statement, t.stating)
        return {table.name: await self.rows(table) for table in tables}

    async def states(self) -> dict[str, str]:
        """Each finding's state, by its problem."""
        return {row.problem: row.state for row in await self.rows(t.finding)}

    async def told(self) -> list[str]:
        """The lines that a thread says."""
        return [row.text for row in await self.rows(t.history) if not row.quiet]
