"""Reading spooled report files: streamed, in chunks that each commit, so that a large one never holds the writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.engine import Clock, Engine
from bot.model.written import Written
from bot.reading.here import Reads, Records
from bot.reading.report import AtTheEnd
from bot.store.db import Store
from bot.store.kept_reports import KeptReports
from bot.store.refusals import is_about_a_value
from bot.store.spool import Spool
from bot.store.statements import drop_unfinished
from bot.store.tables import quarantine, scan
from bot.triage.batch import Batch, Rules, item_of
from bot.triage.hear import hear, hear_the_end
from bot.triage.snapshots import close_absent
from bot.triage.stages import triage
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import ComponentSeen, Finding, Kind, Quarantined
from connectors.contract.source import Source, SourceOptions
from connectors.contract.statement import Statement

log = structlog.get_logger()

READ = "ingest.scan"
STRANDED = "ingest.stranded"
_UNREAD = ("waiting", "reading")
_OUR_FAULT = "reading it ended in a fault of ours, which the log tells; once mended, `suture replay` reads it again"

Options = Callable[[str], SourceOptions]


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
        reads: Reads,
        most_kept: int = 0,
    ) -> None:
        self._kept = KeptReports(store, spool, most_kept)
        self._store = store
        self._engine = engine
        self._spool = spool
        self._sources = sources
        self._options = options
        self._rules = rules
        self._clock = clock
        self._reads = reads

    async def read(self, scan_id: str) -> None:
        """Read one report, or go on where a crash stopped: chunks that are committed are skipped, not told again."""
        async with self._store.read() as connection:
            row = (await connection.execute(sa.select(scan).where(scan.c.id == scan_id))).one_or_none()
        if row is None:
            return
        if row.state in _UNREAD:
            await self._read_or_say_why_not(row)
        if not row.kept:
            await self._put_away(row)

    async def stranded(self) -> None:
        """A report whose reading ended in a bug must not seem to be read for ever: it failed, and says so."""
        async with self._store.read() as connection:
            unread = (await connection.execute(sa.select(scan).where(scan.c.state.in_(_UNREAD)))).all()
        alive = await self._engine.alive([work_of(row.id) for row in unread])
        for row in unread:
            if work_of(row.id) not in alive and await self._failed(row, _OUR_FAULT):
                await self._put_away(row)

    async def _put_away(self, row: Any) -> None:
        """Keep the file to be read again, unless it may quote secrets: its tool's always do, or one was found in it."""
        async with self._store.read() as connection:
            found = (await connection.execute(sa.select(scan.c.found_secret).where(scan.c.id == row.id))).scalar()
        if found or self._sources[row.source].only_as_file:
            await self._spool.forget(row.id, row.path)
        else:
            await self._kept.keep(row.id, row.path)

    async def _read_or_say_why_not(self, row: Any) -> None:
        try:
            await self._read(row)
        except (NotThisFormat, UnknownShape, FileNotFoundError) as failure:
            await self._failed(row, str(failure))
        except DBAPIError as failure:
            if not is_about_a_value(failure):
                raise  # while the database is away the engine comes back to it
            await self._failed(row, "the database cannot hold a value in it (too long or too large)")

    async def _read(self, row: Any) -> None:
        source, options = self._sources[row.source], self._options(row.source)
        done = row.findings + row.quarantined
        told = AtTheEnd()
        # Told at the end, since what is counted while reading says where to go on after a crash.
        aside: dict[Quarantined, None] = {}
        async with self._spool.open(row.id, row.path) as file:
            pieces = aiter(self._reads.report(source, file, row.headers, options, done))
            for lasting in await anext(pieces, []):
                told.takes(lasting)
            async for piece in pieces:
                passing = [record for record in piece if not told.takes(record)]
                await self._commit(row, passing, options.environment, aside)
        await self._finish(row, told, list(aside))

    async def _commit(self, row: Any, piece: Records, environment: str, aside: dict[Quarantined, None]) -> None:
        now = self._clock()
        findings = [record for record in piece if isinstance(record, Finding | Written)]
        quarantined = [record for record in piece if isinstance(record, Quarantined)]
        besides = [record for record in piece if isinstance(record, ComponentSeen | Statement)]
        items = [item_of(each, row.id, row.received_at, environment) for each in findings]
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
                    **({"found_secret": True} if any(i.finding.kind is Kind.SECRET for i in items) else {}),
                )
            )
        metrics.FINDINGS.labels(row.source, "new").inc(new)
        metrics.FINDINGS.labels(row.source, "repeated").inc(len(findings) - new)
        metrics.QUARANTINED.labels(row.source).inc(len(quarantined))

    async def _quarantine(self, connection: AsyncConnection, row: Any, records: list[Quarantined]) -> None:
        """Keep what could not be read with its place and reason; of a tool that quotes secrets nothing else."""
        if records:
            quotes = self._sources[row.source].only_as_file
            rows = [
                {
                    "delivery": row.id,
                    "source": row.source,
                    "pointer": each.pointer,
                    "reason": each.reason,
                    "record": "" if quotes else each.record[:4000],
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
            version = self._sources[row.source].parser_version
            await connection.execute(
                sa.update(scan)
                .where(scan.c.id == row.id)
                .values(state="done", parser_version=version, finished_at=now, **counted)
            )

    async def _failed(self, row: Any, reason: str) -> bool:
        """Say why a report could not be read; False where it has been read meanwhile."""
        failed = {
            "state": "failed",
            "reason": reason,
            "parser_version": self._sources[row.source].parser_version,
            "finished_at": self._clock(),
        }
        async with self._store.write() as connection:
            unread = sa.and_(scan.c.id == row.id, scan.c.state.in_(_UNREAD))
            if not (await connection.execute(sa.update(scan).where(unread).values(**failed))).rowcount:
                return False
            await self._quarantine(connection, row, [Quarantined("", reason)])
            await drop_unfinished(connection, row.id)
        log.warning("a report could not be read", scan=row.id, source=row.source, problem=reason)
        return True


def work_of(scan_id: str) -> str:
    """The engine's key of the work that reads this report."""
    return f"scan-{scan_id}"
