"""What was not checked says nothing: it opens no case, and closes none."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.model.written import finding_of
from bot.store import tables as t
from bot.triage.accept import items_of
from bot.triage.batch import Batch
from bot.triage.stages import triage
from connectors.contract.finding import Finding, Kind, Severity, Snapshot, Status
from tests.bot.triage.bench import RULES, Workbench, finding


def check(status: Status = Status.OPEN) -> Finding:
    return finding("node-1", "cis-5.1.2", kind=Kind.COMPLIANCE, vuln_ids=(), status=status, scope="a scan of node-1")


UNCHECKED = check(Status.UNCHECKED)


async def test_it_opens_no_case(bench: Workbench) -> None:
    await bench.deliver(UNCHECKED)
    assert await bench.rows(t.cases) == []
    (row,) = await bench.rows(t.finding)
    assert (row.state, row.reason) == ("suppressed", "not checked")


async def test_it_closes_no_case_and_is_no_sighting(bench: Workbench) -> None:
    await bench.deliver(check())
    seen = bench.clock()
    bench.clock.advance(hours=1)
    answer = await bench.deliver(UNCHECKED)
    assert (answer.findings, answer.new) == (1, 0)
    assert ((await bench.one_case()).state, await bench.lines()) == ("open", [])
    (row,) = await bench.rows(t.finding)
    assert (row.state, row.count, row.last_seen) == ("open", 1, seen)
    assert finding_of(row.document).status is Status.OPEN


async def test_it_is_not_absent_from_the_report_that_names_it(bench: Workbench) -> None:
    await bench.deliver(check(), Snapshot("a scan of node-1"))
    bench.clock.advance(hours=1)
    await bench.deliver(UNCHECKED, Snapshot("a scan of node-1"))
    assert (await bench.one_case()).state == "open"


async def test_what_has_passed_or_was_mended_stays_so(bench: Workbench) -> None:
    await bench.deliver(check())
    bench.clock.advance(hours=1)
    await bench.deliver(check(Status.PASSED))
    bench.clock.advance(hours=1)
    await bench.deliver(UNCHECKED)
    assert (await bench.one_case()).state == "fixed"
    (row,) = await bench.rows(t.finding)
    assert row.reason == "passed"


async def test_a_verdict_after_it_counts(bench: Workbench) -> None:
    await bench.deliver(UNCHECKED)
    bench.clock.advance(hours=1)
    await bench.deliver(check())
    assert (await bench.one_case()).state == "open"


@pytest.mark.parametrize("verdict", [Status.PASSED, Status.RESOLVED, Status.ARCHIVED])
async def test_half_checked_in_one_delivery_is_not_well(bench: Workbench, verdict: Status) -> None:
    await bench.deliver(check())
    bench.clock.advance(hours=1)
    await bench.deliver(check(verdict), UNCHECKED)
    assert (await bench.one_case()).state == "open"


@pytest.mark.parametrize("verdict", [Status.OPEN, Status.PASSED])
@pytest.mark.parametrize("unchecked_first", [False, True], ids=["after it", "before it"])
async def test_of_deliveries_written_together_the_one_with_a_verdict_counts(
    bench: Workbench, verdict: Status, unchecked_first: bool
) -> None:
    await bench.deliver(check(Status.PASSED if verdict is Status.OPEN else Status.OPEN))
    bench.clock.advance(hours=1)
    told = [UNCHECKED, check(verdict)] if unchecked_first else [check(verdict), UNCHECKED]
    await bench.deliver_together([bench.received(each) for each in told])
    (row,) = await bench.rows(t.finding)
    assert finding_of(row.document).status is verdict


async def test_what_was_told_before_it_can_still_be_read_again(bench: Workbench) -> None:
    """Today's parser reads the verdict another way; that nobody looked since does not make it old."""
    first = bench.received(check())
    await bench.deliver_together([first])
    bench.clock.advance(hours=1)
    await bench.deliver(UNCHECKED)
    async with bench.store.write() as connection:
        items = items_of(first, [replace(check(), severity=Severity.CRITICAL)])
        await triage(Batch(now=bench.clock(), items=items, reread=True), connection, RULES, bench.engine)
    assert (await bench.one_case()).severity == Severity.CRITICAL
