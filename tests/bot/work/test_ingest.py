"""A report whose reading is killed half-way is read to its end by who comes next, and nothing of it is there twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.reading.here import ReadsHere
from bot.store import tables as t
from bot.store.db import Store
from bot.store.spool import Spool
from bot.work.ingest import READ, Ingest, work_of
from connectors.contract.finding import Record
from connectors.contract.source import Source, SourceOptions
from connectors.registry import sources
from tests.bot.triage.bench import RULES
from tests.connectors.sources.payloads import one
from tests.databases import Clock

COMPONENTS, WEAK = 1_200, 10
CYCLONEDX = sources()["cyclonedx"]


class Killed(Exception):
    """Stands for the process ending right here."""


def killed_after(count: int) -> Source:
    """The source whose reading ends, the first time, once so many records have passed."""
    whole, lives = CYCLONEDX.read_report, iter([True])
    assert whole is not None

    def read(*file_and_more: Any) -> Iterator[Record]:
        ends = next(lives, False)
        for number, record in enumerate(whole(*file_and_more)):
            if ends and number == count:
                raise Killed
            yield record

    return replace(CYCLONEDX, read_report=read)


def bill() -> bytes:
    """Every hundredth component has no purl; the weaknesses stand at the end, with what is said of them."""
    listed: list[dict[str, Any]] = []
    for number in range(COMPONENTS):
        purl = {} if number % 100 == 99 else {"purl": f"pkg:npm/package-{number}@1.0.0"}
        listed.append({"type": "library", "name": f"package-{number}", "bom-ref": str(number), **purl})
    weak = [
        {
            "id": f"CVE-2024-{10_000 + number}",
            "ratings": [{"severity": "high"}],
            "affects": [{"ref": str(number)}],
            "analysis": {"state": "exploitable"},
        }
        for number in range(WEAK)
    ]
    about = {"component": {"type": "application", "name": "shop"}}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": about}
    return json.dumps({**head, "components": listed, "vulnerabilities": weak}).encode()


async def in_one_piece(body: bytes) -> AsyncIterator[bytes]:
    yield body


@pytest.mark.parametrize("at", [300, 700, COMPONENTS + 5, COMPONENTS + 2 * WEAK])
async def test_killed_while_reading(store: Store, engine: Engine, clock: Clock, tmp_path: Path, at: int) -> None:
    await engine.start(worker=False)
    spool, source = Spool(store, tmp_path), killed_after(at)
    spooled = await spool.write("scan-1", in_one_piece(bill()))
    row = {"id": "scan-1", "source": "cyclonedx", "state": "waiting", "headers": {}, "path": spooled.path}
    async with store.write() as connection:
        await connection.execute(
            t.scan.insert(), [row | {"digest": spooled.digest, "bytes": spooled.size, "received_at": clock()}]
        )
    ingest = Ingest(store, engine, spool, {"cyclonedx": source}, lambda _: SourceOptions(), RULES, clock, ReadsHere())

    with pytest.raises(Killed):
        await ingest.read("scan-1")
    await ingest.read("scan-1")

    async with store.read() as connection:
        scan = (await connection.execute(sa.select(t.scan))).one()
        told = (await connection.execute(sa.select(t.finding.c.count))).scalars().all()
        kept = (await connection.execute(sa.select(t.component.c.purl))).scalars().all()
        aside = (await connection.execute(sa.select(t.quarantine.c.pointer))).scalars().all()
        said = (await connection.execute(sa.select(t.statement.c.vulnerability, t.statement.c.holds))).all()
    assert (scan.state, scan.findings, scan.new, scan.quarantined) == ("done", WEAK, WEAK, COMPONENTS // 100)
    assert told == [1] * WEAK
    assert len(kept) == len(set(kept)) == COMPONENTS - COMPONENTS // 100
    assert len(aside) == len(set(aside)) == COMPONENTS // 100
    assert sorted(said) == [(f"CVE-2024-{10_000 + number}", True) for number in range(WEAK)]


async def test_a_report_of_which_a_finding_could_not_be_read_resolves_nothing(
    store: Store, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    await engine.start(worker=False)
    spool, trivy = Spool(store, tmp_path), sources()["trivy"]
    ingest = Ingest(store, engine, spool, {"trivy": trivy}, lambda _: SourceOptions(), RULES, clock, ReadsHere())
    report = json.loads(one("trivy/image").body)
    first = report["Results"][0]["Vulnerabilities"]
    for name, told in (("whole", first), ("torn", [7, *first[1:]]), ("whole-again", first[1:])):
        report["Results"][0]["Vulnerabilities"] = told
        report["CreatedAt"] = clock.advance(hours=1).isoformat()
        spooled = await spool.write(name, in_one_piece(json.dumps(report).encode()))
        row = {"id": name, "source": "trivy", "state": "waiting", "headers": {}, "path": spooled.path}
        async with store.write() as connection:
            await connection.execute(
                t.scan.insert(), [row | {"digest": spooled.digest, "bytes": spooled.size, "received_at": clock()}]
            )
        await ingest.read(name)

    async with store.read() as connection:
        rows = (await connection.execute(sa.select(t.scan.c.id, t.scan.c.resolved, t.scan.c.quarantined))).all()
    assert [tuple(row) for row in rows] == [("whole", 0, 0), ("torn", 0, 1), ("whole-again", 1, 0)]


async def test_a_report_whose_reading_ended_in_a_bug_of_ours_says_so(
    store: Store, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    await engine.start(worker=False)
    spool, source = Spool(store, tmp_path), killed_after(300)
    spooled = await spool.write("scan-1", in_one_piece(bill()))
    row = {"source": "cyclonedx", "state": "reading", "headers": {}, "path": spooled.path}
    row |= {"digest": spooled.digest, "bytes": spooled.size, "received_at": clock()}
    async with store.write() as connection:
        for name, state in (("scan-1", "reading"), ("scan-2", "reading"), ("scan-3", "done")):
            await connection.execute(t.scan.insert(), [row | {"id": name, "state": state}])
        await engine.enqueue(connection, READ, "scan-2", key=work_of("scan-2"))
    ingest = Ingest(
        store, engine, spool, {"cyclonedx": source}, lambda _: SourceOptions(), RULES, clock, ReadsHere(), 10**6
    )

    await ingest.stranded()
    await ingest.stranded()

    async with store.read() as connection:
        scans = (await connection.execute(sa.select(t.scan).order_by(t.scan.c.id))).all()
        aside = (await connection.execute(sa.select(t.quarantine))).all()
    assert [scan.state for scan in scans] == ["failed", "reading", "done"], "the second waits for its turn"
    assert "fault of ours" in scans[0].reason
    assert scans[0].kept, "so that it can be read again"
    assert [(each.delivery, each.reason) for each in aside] == [("scan-1", scans[0].reason)]


async def test_of_a_tool_that_quotes_secrets_no_record_is_kept(
    store: Store, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    await engine.start(worker=False)
    spool, gitleaks = Spool(store, tmp_path), sources()["gitleaks"]
    ingest = Ingest(store, engine, spool, {"gitleaks": gitleaks}, lambda _: SourceOptions(), RULES, clock, ReadsHere())
    of_version_7 = json.dumps([{"commitMessage": "s3cr3t", "rule": "generic", "file": "settings.ini"}]).encode()
    spooled = await spool.write("scan-1", in_one_piece(of_version_7))
    row = {"id": "scan-1", "source": "gitleaks", "state": "waiting", "headers": {}, "path": spooled.path}
    async with store.write() as connection:
        await connection.execute(
            t.scan.insert(), [row | {"digest": spooled.digest, "bytes": spooled.size, "received_at": clock()}]
        )

    await ingest.read("scan-1")

    async with store.read() as connection:
        aside = (await connection.execute(sa.select(t.quarantine.c.pointer, t.quarantine.c.record))).all()
    assert aside == [("/0/RuleID", "")]
