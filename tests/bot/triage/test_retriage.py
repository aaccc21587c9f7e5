"""When the world changes, what is open is looked at again: more or less urgent, or at home with somebody at last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from bot.model.ownership import NOBODY, Owner
from bot.store import context_load as load
from bot.store import tables as t
from bot.triage.accept import accept
from bot.triage.batch import Rules
from bot.triage.retriage import open_findings, retriage
from connectors.contract.context import AssetRecord, Exposure, KnownExploited
from connectors.contract.finding import Finding, Kind, Severity, Status
from tests.bot.triage.bench import RULES, Workbench, finding

# Nobody owns anything until the inventory says so; where it runs, only the inventory knows.
UNKNOWING = replace(
    RULES,
    owner_of=lambda f, asset, learned: (
        Owner(asset.owner, "the inventory says so") if asset else Owner("security", NOBODY, catch_all=True)
    ),
    environment_of=lambda f: "",
)


def asset(name: str, owner: str = "payments", environment: str = "production", **more: object) -> AssetRecord:
    first = AssetRecord(id=name, name=name, identifiers=(name,), environment=environment, owner=owner)
    return replace(first, **more)


async def look_again(bench: Workbench, rules: Rules = RULES) -> None:
    async with bench.store.write() as connection:
        ids = await open_findings(connection, sa.true())
        await retriage(connection, ids, rules, bench.engine, bench.clock())


async def learn(bench: Workbench, *assets: AssetRecord) -> set[str]:
    async with bench.store.write() as connection:
        return await load.write_inventory(connection, assets, bench.clock())


async def exploited(bench: Workbench, *cves: str) -> None:
    async with bench.store.write() as connection:
        await load.write_known_exploited(connection, [KnownExploited(cve=cve, added=date(2026, 3, 1)) for cve in cves])
        await load.remember_read(
            connection, "known_exploited", location="kev.json", entries=1, digest="d", problem="", at=bench.clock()
        )


async def test_known_exploited_makes_it_more_urgent_and_says_so(bench: Workbench) -> None:
    await bench.deliver(finding())
    before = await bench.one_case()
    await exploited(bench, "CVE-2014-0160")
    await look_again(bench)

    after = await bench.one_case()
    assert (before.priority, after.priority) == (2, 0)
    assert after.due_at < before.due_at
    assert "More urgent now: immediate in this test" in await bench.lines()
    (row,) = await bench.rows(t.finding)
    assert (row.count, row.priority) == (1, 0)


async def test_looking_again_without_news_tells_nobody(bench: Workbench) -> None:
    await bench.deliver(finding())
    (before,) = await bench.rows(t.message)
    await look_again(bench)

    assert await bench.rows(t.message) == [before]
    assert await bench.lines() == []


async def test_a_snoozed_case_opens_when_the_facts_change(bench: Workbench) -> None:
    await bench.deliver(finding())
    async with bench.store.write() as connection:
        await connection.execute(t.cases.update().values(decision="snoozed", state="snoozed", until=bench.clock()))
    await exploited(bench, "CVE-2014-0160")
    await look_again(bench)

    assert (await bench.one_case()).state == "open"
    assert any(line.startswith("No longer snoozed, because the facts changed") for line in await bench.lines())


async def test_a_detection_on_the_same_asset_makes_its_weaknesses_urgent(bench: Workbench) -> None:
    await learn(bench, asset("web-1"))
    await bench.deliver(finding())
    break_in = finding(problem="r-1", kind=Kind.DETECTION, vuln_ids=(), severity=Severity.MEDIUM)
    await bench.deliver(break_in)
    await look_again(bench)

    urgent = {row.problem: row.priority for row in await bench.rows(t.cases)}
    assert urgent["CVE-2014-0160"] == 0


async def test_a_case_nobody_owned_goes_home_with_its_number(bench: Workbench) -> None:
    await take_in(bench, finding("web-1"), finding("web-2"))
    (before,) = await bench.rows(t.cases)
    assert (before.owner, before.environment) == ("security", "")

    assert await learn(bench, asset("web-1"), asset("web-2")) == {"web-1", "web-2"}
    await look_again(bench, UNKNOWING)

    case = await bench.one_case()
    assert (case.id, case.owner, case.environment, case.open_findings) == (before.id, "payments", "production", 2)
    assert {row.channel for row in await bench.rows(t.message)} == {"security", "payments"}
    assert "Now known to belong to payments, in production: the inventory says so." in await bench.lines()


async def test_findings_of_different_owners_go_to_a_case_each(bench: Workbench) -> None:
    await take_in(bench, finding("web-1"), finding("web-2"), finding("web-3"))
    await learn(bench, asset("web-1"), asset("web-2", owner="shop"))
    await look_again(bench, UNKNOWING)

    cases = {(row.owner, row.environment): (row.state, row.open_findings) for row in await bench.rows(t.cases)}
    assert cases == {
        ("security", ""): ("open", 1),
        ("payments", "production"): ("open", 1),
        ("shop", "production"): ("open", 1),
    }
    homes = {row.resource: row.case_id for row in await bench.rows(t.finding)}
    assert len(set(homes.values())) == 3


async def test_what_goes_home_joins_the_case_that_is_there(bench: Workbench) -> None:
    await take_in(bench, finding("web-1"))
    await learn(bench, asset("web-2"))
    await take_in(bench, finding("web-2"))
    await learn(bench, asset("web-1"), asset("web-2"))
    await look_again(bench, UNKNOWING)

    empty, full = await bench.rows(t.cases)
    assert (empty.owner, empty.state, empty.total_findings) == ("security", "fixed", 0)
    assert (full.owner, full.open_findings, full.total_findings) == ("payments", 2, 2)


async def test_a_case_that_a_person_gave_an_owner_stays_with_it(bench: Workbench) -> None:
    await take_in(bench, finding("web-1"))
    async with bench.store.write() as connection:
        values = {"owner": "shop", "owner_why": "Ana took it for Shop", "environment": "staging"}
        await connection.execute(t.cases.update().values(**values))
    await learn(bench, asset("web-1"))
    await look_again(bench, UNKNOWING)

    case = await bench.one_case()
    assert (case.owner, case.environment) == ("shop", "staging")


async def test_an_asset_that_is_exposed_now_is_read_with_its_new_exposure(bench: Workbench) -> None:
    await learn(bench, asset("web-1", exposure=Exposure.SMALL))
    await bench.deliver(finding())
    assert await learn(bench, asset("web-1", exposure=Exposure.OPEN)) == {"web-1"}
    assert await learn(bench, asset("web-1", exposure=Exposure.OPEN)) == set()


async def test_what_is_resolved_is_left_alone(bench: Workbench) -> None:
    await bench.deliver(finding())
    await bench.deliver(finding(status=Status.RESOLVED))
    await exploited(bench, "CVE-2014-0160")
    await look_again(bench)

    assert (await bench.one_case()).state == "fixed"


async def take_in(bench: Workbench, *findings: Finding) -> None:
    """Accept under the rules of those who know nothing yet."""
    async with bench.store.write() as connection:
        await accept(connection, [bench.received(*findings)], UNKNOWING, bench.engine)
