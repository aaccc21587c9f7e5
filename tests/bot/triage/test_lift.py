"""An accepted risk, or a snooze, is void when the facts change that it was decided on, also at the same priority."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.model.priority import PriorityDecision
from bot.model.priority_tables import Priority
from bot.store import context_load as load
from bot.store import tables as t
from bot.store.known_then import keep_known, known_now
from bot.triage.accept import accept
from bot.triage.retriage import open_findings, retriage
from connectors.contract.context import AssetRecord, Exposure, KnownExploited
from connectors.contract.finding import Finding
from tests.bot.triage.bench import RULES, Workbench, finding

# Whatever becomes known, the priority stays where it is.
STEADY = replace(RULES, prioritize=lambda facts: PriorityDecision(priority=Priority.SCHEDULED, sentence="as it was"))


def host(exposure: Exposure, name: str = "web-1") -> AssetRecord:
    return AssetRecord(
        id=name,
        name=name,
        identifiers=(name,),
        environment="production",
        owner="payments",
        exposure=exposure,
        source="assets.csv",
    )


async def learn(bench: Workbench, *assets: AssetRecord) -> None:
    async with bench.store.write() as connection:
        await load.write_inventory(connection, assets, bench.clock())


async def listed(bench: Workbench, *cves: str) -> None:
    async with bench.store.write() as connection:
        entries = [KnownExploited(cve=cve, added=date(2026, 3, 1)) for cve in cves]
        await load.write_known_exploited(connection, entries)
        await load.remember_read(
            connection, "known_exploited", location="kev.json", entries=1, digest="d", problem="", at=bench.clock()
        )


async def take_in(bench: Workbench, *findings: Finding) -> None:
    async with bench.store.write() as connection:
        await accept(connection, [bench.received(*findings)], STEADY, bench.engine)


async def decided(bench: Workbench, decision: str = "accepted") -> None:
    """Ana lives with it, on the facts of this moment."""
    (case,) = await bench.rows(t.cases)
    until = bench.clock() + timedelta(days=7)
    async with bench.store.write() as connection:
        await keep_known(connection, case.id, await known_now(connection, case.id), bench.clock())
        await connection.execute(t.cases.update().values(decision=decision, state=decision, until=until))
        if decision == "accepted":
            row = {"case_id": case.id, "person": "ana", "reason": "It is switched off soon."}
            await connection.execute(t.acceptance.insert(), [row | {"until": until, "at": bench.clock()}])


async def look_again(bench: Workbench) -> None:
    async with bench.store.write() as connection:
        ids = await open_findings(connection, sa.true())
        await retriage(connection, ids, STEADY, bench.engine, bench.clock())


async def test_it_becomes_known_exploited(bench: Workbench) -> None:
    await take_in(bench, finding())
    await decided(bench)
    await listed(bench, "CVE-2014-0160")
    await look_again(bench)

    case = await bench.one_case()
    assert (case.state, case.decision, case.until, case.priority) == ("open", "", None, 2)
    (line,) = await bench.rows(t.history)
    assert line.text.startswith(
        "No longer accepted, because the facts changed: CVE-2014-0160 is on the known-exploited list now (kev.json, "
    )
    assert (line.calls, line.aloud) == ("ana", True)
    (signed,) = await bench.rows(t.acceptance)
    assert signed.ended_at == bench.clock()
    assert "CVE-2014-0160" in signed.end_reason
    (record,) = await bench.rows(t.audit)
    assert (record.who, record.act, record.outcome) == ("suture", "accept-risk", "void")
    (fact,) = record.detail["facts"]
    assert fact["where"] == "kev.json"
    assert fact["read at"] == bench.clock().isoformat()


async def test_its_asset_becomes_exposed(bench: Workbench) -> None:
    await learn(bench, host(Exposure.SMALL))
    await take_in(bench, finding())
    await decided(bench)
    await learn(bench, host(Exposure.OPEN))
    await look_again(bench)

    assert (await bench.one_case()).state == "open"
    (line,) = await bench.lines()
    assert "the facts changed: web-1 is open to the internet now (inventory assets.csv, " in line


@pytest.mark.parametrize("decision", ["accepted", "snoozed"])
async def test_what_was_known_when_it_was_decided_ends_nothing(bench: Workbench, decision: str) -> None:
    await learn(bench, host(Exposure.OPEN))
    await listed(bench, "CVE-2014-0160")
    await take_in(bench, finding())
    await decided(bench, decision)
    await look_again(bench)
    await take_in(bench, finding(cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N"))

    assert (await bench.one_case()).state == decision
    assert await bench.rows(t.audit) == []


async def test_a_snooze_ends_as_well(bench: Workbench) -> None:
    await take_in(bench, finding())
    await decided(bench, "snoozed")
    await listed(bench, "CVE-2014-0160")
    await look_again(bench)

    assert (await bench.one_case()).state == "open"
    (record,) = await bench.rows(t.audit)
    assert (record.act, record.outcome) == ("snooze", "void")


async def test_an_exposed_asset_that_joins_ends_it(bench: Workbench) -> None:
    await learn(bench, host(Exposure.SMALL), host(Exposure.OPEN, "web-2"))
    await take_in(bench, finding())
    await decided(bench)
    await take_in(bench, finding("web-2"))

    assert (await bench.one_case()).state == "open"
    assert any("web-2 is open to the internet now" in line for line in await bench.lines())


async def test_looking_again_afterwards_says_nothing_more(bench: Workbench) -> None:
    await take_in(bench, finding())
    await decided(bench)
    await listed(bench, "CVE-2014-0160")
    await look_again(bench)
    await look_again(bench)

    assert len(await bench.lines()) == 1
    assert len(await bench.rows(t.audit)) == 1
