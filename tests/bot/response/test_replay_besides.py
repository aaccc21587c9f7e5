"""Components and statements of stored reports are read again: later reports keep the last word on both."""

from __future__ import annotations

from bot.store import tables as t
from bot.views.replayed import columns
from connectors.contract.finding import AllSeen, ComponentSeen, Record
from connectors.contract.statement import Statement
from tests.bot.response.reports import Reports
from tests.stories.bills import bill_of, openssl, report_with, says, vex

CVE, OTHER, VERSION = "CVE-2014-0160", "CVE-2024-10001", "1.0.1e-2+deb7u4"
DOCUMENT = "https://example.com/vex/openssl"
FIRST, SECOND, THIRD = (f"pkg:npm/{name}@1.0.0" for name in ("first", "second", "third"))
NOT_AFFECTED = says(CVE, "not_affected", openssl(VERSION), "component_not_present")


def no_component_of_note(record: Record) -> bool:
    return not (isinstance(record, ComponentSeen) and record.purl == SECOND)


def no_ends(record: Record) -> bool:
    return not isinstance(record, AllSeen)


def no_word_of_the_cve(record: Record) -> bool:
    return not (isinstance(record, Statement) and CVE in record.vuln_ids)


async def kept(reports: Reports) -> set[str]:
    return {row.purl for row in await reports.rows(t.component)}


async def test_components_that_a_newer_parser_sees_are_added_once(reports: Reports) -> None:
    reports.reads("cyclonedx", no_component_of_note, version=1)
    await reports.comes("cyclonedx", bill_of("pay-1", FIRST, SECOND))
    seen_at = {row.last_seen for row in await reports.rows(t.component)}
    reports.reads("cyclonedx")
    before = await reports.standing()

    looked = await reports.again("cyclonedx", changes=False)
    assert await reports.standing() == before
    found = await reports.again("cyclonedx", changes=True)

    assert (looked.total("components"), found.total("components")) == (1, 1)
    assert columns(found)[-1] == "components"
    assert await kept(reports) == {FIRST, SECOND}
    assert {row.last_seen for row in await reports.rows(t.component)} == seen_at
    after = await reports.standing()
    assert (await reports.again("cyclonedx", changes=True)).total("components") == 0
    assert await reports.standing() == after


async def test_what_a_later_bill_no_longer_lists_does_not_come_back(reports: Reports) -> None:
    reports.reads("cyclonedx", no_component_of_note, version=1)
    await reports.comes("cyclonedx", bill_of("pay-1", FIRST, SECOND))
    await reports.comes("cyclonedx", bill_of("pay-1", THIRD))
    await reports.comes("cyclonedx", bill_of("pay-2", FIRST))
    reports.reads("cyclonedx")

    assert (await reports.again("cyclonedx", changes=True)).total("components") == 0
    assert {(row.asset, row.purl) for row in await reports.rows(t.component)} == {("pay-1", THIRD), ("pay-2", FIRST)}


async def test_what_todays_parser_no_longer_sees_goes(reports: Reports) -> None:
    await reports.comes("cyclonedx", bill_of("pay-1", FIRST, SECOND))
    reports.reads("cyclonedx", no_component_of_note)

    found = await reports.again("cyclonedx", changes=True)

    assert found.total("components") == 1
    assert await kept(reports) == {FIRST}


async def test_beside_a_later_bill_that_is_not_kept_nothing_is_added(reports: Reports) -> None:
    reports.reads("cyclonedx", no_component_of_note, version=1)
    await reports.comes("cyclonedx", bill_of("pay-1", FIRST, SECOND))
    reports.most_kept = 0
    await reports.comes("cyclonedx", bill_of("pay-1", FIRST))
    reports.reads("cyclonedx", no_ends)

    found = await reports.again("cyclonedx", changes=True)

    assert (found.total("components"), found.total("not_kept")) == (0, 1)
    assert await kept(reports) == {FIRST}


async def the_case(reports: Reports) -> str:
    found = {row.problem: row.state for row in await reports.rows(t.cases)}
    return str(found[CVE])


async def test_a_statement_that_a_newer_parser_reads_closes_what_it_speaks_of_in_silence(reports: Reports) -> None:
    await reports.comes("trivy", report_with("pay-1", CVE, openssl(VERSION), VERSION))
    reports.reads("openvex", no_word_of_the_cve, version=1)
    document = vex(1, "2026-03-02T10:00:00Z", NOT_AFFECTED, says(OTHER, "fixed", openssl(VERSION)))
    await reports.comes("openvex", document)
    await reports.heed("openvex", DOCUMENT, quietly=False)
    assert await the_case(reports) == "open"
    reports.reads("openvex")
    before = await reports.standing()

    looked = await reports.again("openvex", changes=False)
    assert await reports.standing() == before
    found = await reports.again("openvex", changes=True)
    await reports.heed("openvex", DOCUMENT, quietly=True)

    assert looked.total("statements") == found.total("statements") > 0
    assert await the_case(reports) == "fixed"
    assert await reports.told() == []
    assert any(row.text.startswith("Closed, not affected") for row in await reports.rows(t.history))
    after = await reports.standing()
    assert (await reports.again("openvex", changes=True)).total("statements") == 0
    assert await reports.standing() == after


async def test_a_statement_that_todays_parser_does_not_read_opens_aloud_what_it_closed(reports: Reports) -> None:
    await reports.comes("trivy", report_with("pay-1", CVE, openssl(VERSION), VERSION))
    await reports.comes("openvex", vex(1, "2026-03-02T10:00:00Z", NOT_AFFECTED))
    await reports.heed("openvex", DOCUMENT, quietly=False)
    assert await the_case(reports) == "fixed"
    reports.reads("openvex", no_word_of_the_cve)

    found = await reports.again("openvex", changes=True)
    await reports.heed("openvex", DOCUMENT, quietly=True)

    assert found.total("statements") > 0
    assert await the_case(reports) == "open"
    assert any("the statement that closed it was withdrawn" in line for line in await reports.told())
    assert await reports.rows(t.statement) == []


async def test_an_older_version_of_a_document_says_nothing_any_more(reports: Reports) -> None:
    await reports.comes("trivy", report_with("pay-1", CVE, openssl(VERSION), VERSION))
    reports.reads("openvex", no_word_of_the_cve, version=1)
    await reports.comes("openvex", vex(1, "2026-03-02T10:00:00Z", NOT_AFFECTED))
    await reports.comes("openvex", vex(2, "2026-03-02T11:00:00Z", says(OTHER, "fixed", openssl(VERSION))))
    await reports.heed("openvex", DOCUMENT, quietly=False)
    reports.reads("openvex")

    assert (await reports.again("openvex", changes=True)).total("statements") == 0
    assert {row.vulnerability for row in await reports.rows(t.statement)} == {OTHER}
