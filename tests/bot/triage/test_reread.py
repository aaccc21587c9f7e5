"""What the stages do with a delivery that is read once more: facts are mended, people are left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.store import tables as t
from bot.store.outbox import Wanted
from bot.triage.accept import Received, items_of
from bot.triage.batch import Batch
from bot.triage.stages import triage
from connectors.contract.finding import Finding, Severity, Status
from tests.bot.triage.bench import RULES, Workbench, finding


class Reader:
    """Reads a delivery again; ``called`` is who was called directly."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.called: list[int] = []

    async def call(self, connection: Any, team: str, case_id: int, rank: int, now: datetime) -> list[Wanted]:
        self.called.append(case_id)
        return []

    async def read(self, received: Received, *findings: Finding) -> Batch:
        rules = replace(RULES, call=self.call)
        async with self.bench.store.write() as connection:
            batch = Batch(now=self.bench.clock(), items=items_of(received, findings), reread=True)
            return await triage(batch, connection, rules, self.bench.engine)


async def told(bench: Workbench, *findings: Finding) -> Received:
    received = bench.received(*findings)
    await bench.deliver_together([received])
    return received


async def test_nobody_is_called_for_what_became_more_urgent_by_reading_it_again(bench: Workbench) -> None:
    reader, received = Reader(bench), await told(bench, finding())
    await reader.read(received, finding(severity=Severity.CRITICAL))
    assert reader.called == []
    assert [row.quiet for row in await bench.rows(t.history)] == [True]

    await reader.read(bench.received(), finding(problem="CVE-2021-44228", severity=Severity.CRITICAL))
    assert len(reader.called) == 1  # this one nobody knew


async def test_a_new_asset_of_a_known_case_is_said_aloud(bench: Workbench) -> None:
    received = await told(bench, finding("web-1"))
    await Reader(bench).read(received, finding("web-1", severity=Severity.LOW), finding("web-2"))
    assert [(row.text, row.quiet) for row in await bench.rows(t.history)] == [("Also affected: web-2.", False)]


async def test_what_todays_parser_reads_as_closed_is_closed_without_a_word(bench: Workbench) -> None:
    received = await told(bench, finding())
    await Reader(bench).read(received, finding(status=Status.RESOLVED))
    assert (await bench.one_case()).state == "fixed"
    assert [row.quiet for row in await bench.rows(t.history)] == [True]


async def test_what_todays_parser_reads_as_open_after_all_is_told(bench: Workbench) -> None:
    received = await told(bench, finding(status=Status.PASSED))
    assert await bench.rows(t.cases) == []
    await Reader(bench).read(received, finding())
    assert (await bench.one_case()).state == "open"
    (message,) = await bench.rows(t.message)
    assert message.wanted == 1


async def test_a_message_that_was_never_begun_is_not_begun_by_a_mended_fact(bench: Workbench) -> None:
    received = await told(bench, finding())
    async with bench.store.write() as connection:
        await connection.execute(t.message.delete())  # as retention leaves a case long told
    await Reader(bench).read(received, finding(severity=Severity.CRITICAL))
    assert (await bench.one_case()).severity == Severity.CRITICAL
    assert await bench.rows(t.message) == []
