"""What is said of a vulnerability in a product closes findings of any tool, visibly, and only as long as it holds."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from bot.store import tables as t
from bot.store.statements import keep_document, write_statements
from bot.triage.batch import Rules
from bot.work.statements import Statements
from connectors.contract.finding import Finding, Package
from connectors.contract.statement import Stated, Statement, Stating
from tests.bot.triage.bench import RULES, Workbench, finding

PURL = "pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u4?distro=debian-7"
DOCUMENT = "https://example.com/vex/1"


def vulnerable(resource: str = "web-1", version: str = "1.0.1e-2+deb7u4", **changes: Any) -> Finding:
    purl = f"pkg:deb/debian/openssl@{version.replace('+', '%2B')}?arch=amd64&distro=wheezy"
    return finding(resource, package=Package(name="openssl", installed=version, purl=purl), **changes)


def stated(bench: Workbench, status: Stated = Stated.NOT_AFFECTED, **changes: Any) -> Statement:
    first = Statement(
        document=DOCUMENT,
        vuln_ids=("CVE-2014-0160",),
        status=status,
        products=(PURL,),
        justification="vulnerable_code_not_in_execute_path" if status is Stated.NOT_AFFECTED else "",
        author="Example Product Security",
        at=bench.clock(),
    )
    return replace(first, **changes)


async def say(bench: Workbench, *told: Statement, rules: Rules = RULES, document: str = DOCUMENT) -> None:
    """The document comes, and the work that it starts is done."""
    await bench.deliver(*told, Stating(document=document, at=bench.clock()))
    for last in (False, True):
        await Statements(bench.store, bench.engine, rules, bench.clock).heed("generic", document, last)


async def states(bench: Workbench) -> list[tuple[str, str, str]]:
    return [(row.resource, row.state, row.reason) for row in await bench.rows(t.finding)]


WORDS = (
    "not affected: vulnerable_code_not_in_execute_path, said by Example Product Security in https://example.com/vex/1 "
    "(generic) on 2026-03-02"
)


async def test_an_open_finding_of_any_tool_is_closed_and_it_is_told_by_whose_word(bench: Workbench) -> None:
    await bench.deliver(
        vulnerable(), replace(vulnerable("web-2"), source="trivy"), vulnerable("web-3", "1.0.1e-2+deb7u3")
    )
    await say(bench, stated(bench))

    assert await states(bench) == [
        ("web-1", "suppressed", "not affected"),
        ("web-2", "suppressed", "not affected"),
        ("web-3", "open", ""),
    ]
    assert {row.said for row in await bench.rows(t.finding)} == {WORDS, ""}
    assert f"Closed, {WORDS}: web-1, web-2." in await bench.lines()
    (record,) = await bench.rows(t.audit)
    assert (record.act, record.who, record.target, record.where_from, record.outcome) == (
        "heed",
        "suture",
        "S-1",
        "generic",
        "closed",
    )
    assert record.detail["author"] == "Example Product Security"
    case = await bench.one_case()
    assert (case.state, case.open_findings) == ("open", 1)


async def test_the_last_one_closes_the_case_and_is_not_called_gone_by_its_tool(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench, stated(bench, Stated.FIXED))

    assert await states(bench) == [("web-1", "resolved", "stated fixed")]
    assert (await bench.one_case()).state == "fixed"
    lines = await bench.lines()
    assert "Nothing of it is open any more." in lines
    assert "No tool reports it as open any more." not in lines


async def test_what_its_tool_tells_later_or_again_stays_closed(bench: Workbench) -> None:
    await say(bench, stated(bench))
    await bench.deliver(vulnerable())
    assert await states(bench) == [("web-1", "suppressed", "not affected")]
    assert await bench.rows(t.cases) == []

    bench.clock.advance(days=1)
    await bench.deliver(vulnerable())
    (row,) = await bench.rows(t.finding)
    assert (row.state, row.count, row.reopened, row.said) == ("suppressed", 2, 0, WORDS)
    assert len(await bench.rows(t.audit)) == 1


async def test_another_version_is_not_spoken_of(bench: Workbench) -> None:
    await say(bench, stated(bench))
    await bench.deliver(vulnerable())
    bench.clock.advance(days=1)
    await bench.deliver(vulnerable(version="1.0.1e-2+deb7u3"))
    assert await states(bench) == [("web-1", "open", "")]

    bench.clock.advance(days=1)
    await bench.deliver(vulnerable())
    assert await states(bench) == [("web-1", "suppressed", "not affected")]


async def test_one_versions_word_does_not_speak_for_two_in_one_place(bench: Workbench) -> None:
    await bench.deliver(vulnerable(), vulnerable(version="1.0.1e-2+deb7u3"))
    await say(bench, stated(bench))
    assert await states(bench) == [("web-1", "open", "")]


async def test_a_later_statement_opens_it_again(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench, stated(bench))
    bench.clock.advance(days=1)
    await say(bench, stated(bench, Stated.AFFECTED, document="other"), document="other")

    assert await states(bench) == [("web-1", "open", "")]
    case = await bench.one_case()
    assert (case.state, case.open_findings, case.regressed) == ("open", 1, False)
    assert "Open again, affected, said by Example Product Security in other (generic) on 2026-03-03: web-1." in (
        await bench.lines()
    )
    assert [row.outcome for row in await bench.rows(t.audit)] == ["closed", "open again"]


async def test_an_earlier_statement_that_comes_late_changes_nothing(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench, stated(bench, Stated.AFFECTED))
    early = bench.clock() - timedelta(days=3)
    await say(bench, stated(bench, document="other", at=early), document="other")
    assert await states(bench) == [("web-1", "open", "")]


async def test_a_document_that_says_it_no_longer_opens_it_again(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench, stated(bench))
    bench.clock.advance(days=1)
    await say(bench)

    assert await states(bench) == [("web-1", "open", "")]
    assert "Open again, the statement that closed it was withdrawn: web-1." in await bench.lines()
    assert await bench.rows(t.statement) == []


async def test_an_older_version_of_a_document_is_not_heeded(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench)
    old = bench.clock() - timedelta(days=1)
    await bench.deliver(stated(bench), Stating(document=DOCUMENT, at=old))
    await Statements(bench.store, bench.engine, RULES, bench.clock).heed("generic", DOCUMENT, True)
    assert await states(bench) == [("web-1", "open", "")]
    assert await bench.rows(t.statement) == []


async def test_what_a_source_said_ends_when_it_is_turned_off(bench: Workbench) -> None:
    await bench.deliver(vulnerable())
    await say(bench, stated(bench))
    off = dataclasses.replace(RULES, stating=frozenset())
    await Statements(bench.store, bench.engine, off, bench.clock).disabled()
    assert await states(bench) == [("web-1", "open", "")]


async def test_nothing_else_is_closed(bench: Workbench) -> None:
    """Neither by affected, nor by investigation, nor by a name alone, nor elsewhere, nor for another weakness."""
    await bench.deliver(vulnerable(), finding("web-2", package=Package(name="openssl", installed="1.0.1e-2+deb7u4")))
    told = [
        stated(bench, Stated.AFFECTED),
        stated(bench, Stated.UNDER_INVESTIGATION),
        stated(bench, vuln_ids=("CVE-2024-10001",)),
        stated(bench, products=("openssl",)),
        stated(bench, products=("web-9",), component=PURL),
        stated(bench, products=(PURL.replace("debian-7", "debian-8"),)),
    ]
    for number, each in enumerate(told):
        await say(bench, replace(each, document=f"d-{number}"), document=f"d-{number}")
        assert {row.state for row in await bench.rows(t.finding)} == {"open"}, number
    assert await bench.rows(t.audit) == []


async def test_a_document_half_read_says_nothing_yet(bench: Workbench) -> None:
    await bench.deliver(stated(bench))
    await bench.deliver(vulnerable())
    assert await states(bench) == [("web-1", "open", "")]


async def test_told_twice_it_is_kept_once(bench: Workbench) -> None:
    await bench.deliver(stated(bench), stated(bench), Stating(document=DOCUMENT))
    async with bench.store.read() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(t.statement))).scalar()
    assert count == 2  # under the package, and as a name of a whole resource


async def test_what_a_newer_version_says_is_not_forgotten_while_it_is_still_being_read(bench: Workbench) -> None:
    """A large document is written piece by piece, and the look after its older version may fall in between."""
    await say(bench, stated(bench))
    later = stated(bench, at=bench.clock.advance(minutes=1))
    async with bench.store.write() as connection:
        await write_statements(connection, [later], "generic", "second", bench.clock())
    await Statements(bench.store, bench.engine, RULES, bench.clock).heed("generic", DOCUMENT, True)
    async with bench.store.write() as connection:
        newer = Stating(document=DOCUMENT, at=bench.clock())
        assert await keep_document(connection, newer, "generic", "second", bench.clock())
    assert {row.delivery for row in await bench.rows(t.statement) if row.holds} == {"second"}
