"""Reading spooled report files: streamed, in chunks that each commit, so that a large one never holds the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.store.db import Store, is_about_a_value
from bot.store.spool import Spool
from bot.store.tables import quarantine, scan
from bot.triage.batch import Batch, Item, Rules
from bot.triage.hear import hear, hear_the_end
from bot.triage.snapshots import close_absent
from bot.triage.stages import triage
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.identity import fingerprints
from connectors.contract.source import Source, SourceOptions
from connectors.contract.statement import Statement, Stating
from connectors.packed import unpacked_file

log = structlog.get_logger()

READ = "ingest.scan"
_CHUNK = 1_000  # records a transaction: some 0.1 s of the writer's time

Options = Callable[[str], SourceOptions]


@dataclass(slots=True)
class AtTheEnd:
    """What a report says that counts only when all of it has been read."""

    snapshots: list[Snapshot] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)  # which components and statements these were
    is_torn: bool = False  # a finding in it could not be read

    def takes(self, record: Record) -> bool:
        """Put the record aside if it is such a one."""
        if isinstance(record, Snapshot):
            self.snapshots.append(record)
        elif isinstance(record, AllSeen | Stating):
            self.others.append(record)
        elif isinstance(record, Quarantined) and not record.is_component:
            self.is_torn = True
        return isinstance(record, Snapshot | AllSeen | Stating)


class Ingest:
    """Turns spooled reports into findings."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        spool: Spool,
        sources: Mapping[str, Source],
        options: Options,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._engine = engine
        self._spool = spool
        self._sources = sources
        self._options = options
        self._rules = rules
        self._clock = clock

    async def read(self, scan_id: str) -> None:
        """Read one report, or go on where a crash stopped: chunks that are committed are skipped, not told again."""
        async with self._store.read() as connection:
            row = (await connection.execute(sa.select(scan).where(scan.c.id == scan_id))).one_or_none()
        if row is None or row.state in ("done", "failed"):
            return
        try:
            await self._read(row)
        except (NotThisFormat, UnknownShape, FileNotFoundError) as failure:
            await self._failed(row, str(failure))
        except DBAPIError as failure:
            if not is_about_a_value(failure):
                raise  # the database is away: the engine, or the next sweep, comes back to it
            await self._failed(row, "the database cannot hold a value in it (too long or too large)")
        await self._spool.forget(row.id, row.path)

    async def _read(self, row: Any) -> None:
        source, options = self._sources[row.source], self._options(row.source)
        assert source.read_report is not None
        done = row.findings + row.quarantined
        told = AtTheEnd()
        # Told at the end, since what is counted while reading says where to go on after a crash.
        aside: dict[Quarantined, None] = {}
        async with self._spool.open(row.id, row.path) as file:
            with unpacked_file(file) as report:
                records = iter(source.read_report(report, options, row.headers))
                await asyncio.to_thread(_skip, records, done, told)
                while chunk := await asyncio.to_thread(_next, records, told):
                    await self._commit(row, chunk, options.environment, aside)
        await self._finish(row, told, list(aside))

    async def _commit(self, row: Any, chunk: list[Record], environment: str, aside: dict[Quarantined, None]) -> None:
        now = self._clock()
        findings = [record for record in chunk if isinstance(record, Finding)]
        quarantined = [record for record in chunk if isinstance(record, Quarantined)]
        named = fingerprints(findings)
        besides = [record for record in chunk if isinstance(record, ComponentSeen | Statement)]
        items = [Item(f, name, row.id, row.received_at, environment) for f, name in zip(findings, named, strict=True)]
        async with self._store.write() as connection:
            new = 0
            if items:
                batch = await triage(Batch(now=now, items=items), connection, self._rules, self._engine)
                new = batch.new.get(row.id, 0)
            if besides:
                aside |= dict.fromkeys(await hear(connection, besides, row.source, row.id, row.received_at))
            await self._quarantine(connection, row, quarantined)
            await connection.execute(
                sa.update(scan)
                .where(scan.c.id == row.id)
                .values(
                    state="reading",
                    findings=scan.c.findings + len(findings),
                    new=scan.c.new + new,
                    repeated=scan.c.repeated + len(findings) - new,
                    quarantined=scan.c.quarantined + len(quarantined),
                )
            )

    async def _quarantine(self, connection: AsyncConnection, row: Any, records: list[Quarantined]) -> None:
        if records:
            rows = [
                {
                    "delivery": row.id,
                    "source": row.source,
                    "pointer": each.pointer,
                    "reason": each.reason,
                    "record": each.record[:4000],
                    "at": self._clock(),
                }
                for each in records
            ]
            await connection.execute(quarantine.insert(), rows)

    async def _finish(self, row: Any, told: AtTheEnd, aside: list[Quarantined]) -> None:
        """What this scan of the same target no longer sees is resolved, what it states holds; then the scan is done.

        Where a record of it could not be read, nothing is resolved: that record may be what seems to be absent.
        """
        now = self._clock()
        async with self._store.write() as connection:
            resolved = 0
            for snapshot in () if told.is_torn else told.snapshots:
                resolved += await close_absent(connection, snapshot, row.id, now, self._rules, self._engine)
            await hear_the_end(connection, told.others, row.source, row.id, row.received_at, self._engine)
            await self._quarantine(connection, row, aside)
            counted = {"resolved": resolved, "quarantined": scan.c.quarantined + len(aside)}
            await connection.execute(
                sa.update(scan).where(scan.c.id == row.id).values(state="done", finished_at=now, **counted)
            )

    async def _failed(self, row: Any, reason: str) -> None:
        log.warning("a report could not be read", scan=row.id, source=row.source, problem=reason)
        async with self._store.write() as connection:
            await self._quarantine(connection, row, [Quarantined("", reason)])
            await connection.execute(
                sa.update(scan)
                .where(scan.c.id == row.id)
                .values(state="failed", reason=reason, finished_at=self._clock())
            )


def _next(records: Iterator[Record], told: AtTheEnd) -> list[Record]:
    """The next chunk of what is written as it passes; what counts when all is read is put aside."""
    chunk: list[Record] = []
    for record in records:
        if not told.takes(record):
            chunk.append(record)
        if len(chunk) >= _CHUNK:
            break
    return chunk


def _skip(records: Iterator[Record], done: int, told: AtTheEnd) -> None:
    """Pass over what is committed already; a parser reads the same file the same way each time."""
    while done > 0:
        record = next(records, None)
        if record is None:
            return
        if not told.takes(record) and isinstance(record, Finding | Quarantined):
            done -= 1
