"""What is asked with each alert, each report and each *affected* goes by an index, however much is stored."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.store.affected import affected
from bot.triage.accept import accept
from connectors.contract.finding import Finding, Snapshot, Status
from tests.bot.store.plans import asked_of, tables_read_whole
from tests.bot.store.test_affected import DEBIAN, UPSTREAM, learn
from tests.bot.triage.bench import RULES, Workbench, finding
from tests.databases import Clock

_SCOPE = Snapshot("a scan of the cluster")


@pytest.mark.parametrize(
    "told",
    [
        (finding(),),
        (finding(), finding("another-host")),
        (replace(finding(), status=Status.RESOLVED),),
        (replace(finding(), scope=_SCOPE.scope), _SCOPE),
        (_SCOPE,),
    ],
    ids=["an alert", "two findings", "resolved", "a report", "an empty report"],
)
async def test_no_alert_reads_a_whole_table(bench: Workbench, told: tuple[Finding | Snapshot, ...]) -> None:
    await bench.deliver(finding(), replace(finding("a-host"), scope=_SCOPE.scope))
    if not bench.store.sqlite:
        return
    async with bench.store.write() as connection:
        with asked_of(connection) as asked:
            await accept(connection, [bench.received(*told)], RULES, bench.engine)
        assert len(asked) > 3
        assert await tables_read_whole(connection, asked) == set()


@pytest.mark.parametrize("question", ["CVE-2014-0160", "openssl", "openssl<1.0.1g"])
async def test_no_question_reads_every_component(bench: Workbench, clock: Clock, question: str) -> None:
    await learn(bench.store, clock, UPSTREAM, DEBIAN)
    await bench.deliver(finding())
    if not bench.store.sqlite:
        return
    async with bench.store.read() as connection:
        with asked_of(connection) as asked:
            answer = await affected(connection, question, clock())
        assert len(answer.systems) == 5
        assert await tables_read_whole(connection, asked) <= {"context_read"}  # a handful of lists
