"""Stored report files are read again by a newer parser: only the latest look at a target closes what it lacks."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from msgspec.structs import replace

from bot.response.replay import NotReplayed, replay
from bot.store import tables as t
from bot.store.kept_reports import KeptReports
from bot.views.replayed import columns, left_out, outcome
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Record, Severity, Snapshot, Status
from tests.bot.response.reports import Reports, no_findings
from tests.connectors.sources.payloads import one
from tests.stories.trivy_report import report_of

OLD, KNOWN, LATE = "CVE-2014-0160", "CVE-2021-44228", "CVE-2024-10001"


def blind_to(*problems: str) -> Any:
    return lambda record: not (isinstance(record, Finding) and record.problem in problems)


def refuses(record: Record) -> bool:
    raise NotThisFormat("no such version of the format")


def no_looks(record: Record) -> bool:
    return not isinstance(record, Snapshot)


async def test_a_dry_run_says_what_a_newer_parser_sees_and_changes_nothing(reports: Reports) -> None:
    reports.reads("trivy", blind_to(LATE), version=1)
    await reports.comes("trivy", report_of("pay-1", KNOWN, LATE))
    reports.reads("trivy")
    before = await reports.standing()

    found = await reports.again("trivy", changes=False)

    assert (found.by_version[1].deliveries, found.total("new"), found.total("same")) == (1, 1, 1)
    assert [one.what for one in found.examples] == ["new, high"]
    assert await reports.standing() == before


async def test_what_it_sees_is_told_once_and_a_second_run_finds_nothing(reports: Reports) -> None:
    reports.reads("trivy", blind_to(LATE), version=1)
    await reports.comes("trivy", report_of("pay-1", KNOWN, LATE))
    reports.reads("trivy")

    await reports.again("trivy", changes=True)

    assert await reports.states() == {KNOWN: "open", LATE: "open"}
    assert [row.wanted for row in await reports.rows(t.message)] == [1, 1]
    assert {row.count for row in await reports.rows(t.finding)} == {1}
    assert [row.parser_version for row in await reports.rows(t.scan)] == [2]
    after = await reports.standing()
    found = await reports.again("trivy", changes=True)
    assert (found.total("new"), found.total("changed"), found.by_version[2].same) == (0, 0, 2)
    assert await reports.standing() == after


async def test_what_a_later_report_no_longer_shows_opens_no_case(reports: Reports) -> None:
    reports.reads("trivy", blind_to(OLD, LATE), version=1)
    await reports.comes("trivy", report_of("pay-1", OLD, KNOWN))
    await reports.comes("trivy", report_of("pay-1", KNOWN, LATE))
    reports.reads("trivy")

    looked = await reports.again("trivy", changes=False)
    found = await reports.again("trivy", changes=True)

    assert (looked.total("new"), found.total("new")) == (2, 2)
    assert await reports.states() == {OLD: "resolved", KNOWN: "open", LATE: "open"}
    assert [row.problem for row in await reports.rows(t.cases)] == [KNOWN, LATE]
    assert await reports.told() == []


async def test_only_the_latest_report_of_a_target_closes_what_it_lacks(reports: Reports) -> None:
    """An older look lacked what a later report found: that stays open."""
    reports.reads("trivy", no_looks, version=1)
    await reports.comes("trivy", report_of("pay-1", OLD))
    await reports.comes("trivy", report_of("pay-1", KNOWN))
    await reports.comes("trivy", report_of("pay-1", KNOWN, LATE))
    await reports.comes("trivy", report_of("pay-2"))
    assert await reports.states() == {OLD: "open", KNOWN: "open", LATE: "open"}
    reports.reads("trivy")

    looked = await reports.again("trivy", changes=False)
    found = await reports.again("trivy", changes=True)

    assert [(seen.total("new"), seen.total("changed")) for seen in (looked, found)] == [(0, 1), (0, 1)]
    assert await reports.states() == {OLD: "resolved", KNOWN: "open", LATE: "open"}
    assert {row.problem: row.state for row in await reports.rows(t.cases)}[OLD] == "fixed"
    assert await reports.told() == []  # who knew it sees the card change


async def test_what_a_newer_parser_cannot_read_whole_closes_nothing(reports: Reports) -> None:
    reports.reads("trivy", no_looks, version=1)
    await reports.comes("trivy", report_of("pay-1", OLD))
    torn = report_of("pay-1", KNOWN)
    torn["Results"][0]["Vulnerabilities"].append(7)
    await reports.comes("trivy", torn)
    reports.reads("trivy")

    await reports.again("trivy", changes=True)

    assert await reports.states() == {OLD: "open", KNOWN: "open"}


async def test_what_a_later_look_could_not_look_into_is_not_over(reports: Reports) -> None:
    reports.reads("trivy", blind_to(OLD), version=1)
    await reports.comes("trivy", report_of("pay-1", OLD))
    await reports.comes("trivy", report_of("pay-1", KNOWN))
    reports.reads(
        "trivy", turns=lambda told: replace(told, unseen=("openssl",)) if isinstance(told, Snapshot) else told
    )

    await reports.again("trivy", changes=True)

    assert await reports.states() == {OLD: "open", KNOWN: "open"}


async def test_what_a_later_report_did_not_check_is_as_the_older_one_told_it(reports: Reports) -> None:
    def unchecked(record: Record) -> Record:
        if isinstance(record, Finding) and record.severity is Severity.LOW:
            return replace(record, status=Status.UNCHECKED)
        return record

    later = report_of("pay-1", LATE)
    later["Results"][0]["Vulnerabilities"][0]["Severity"] = "LOW"
    reports.reads("trivy", no_findings, version=1)
    await reports.comes("trivy", report_of("pay-1", LATE))
    await reports.comes("trivy", later)
    reports.reads("trivy", turns=unchecked)

    found = await reports.again("trivy", changes=True)

    assert found.total("new") == 1
    assert await reports.states() == {LATE: "open"}
    assert (await reports.again("trivy", changes=True)).total("changed") == 0


async def test_an_older_report_read_alone_closes_nothing_that_a_later_one_told(reports: Reports) -> None:
    reports.reads("trivy", no_looks, version=1)
    first = await reports.comes("trivy", report_of("pay-1", KNOWN))
    await reports.comes("trivy", report_of("pay-1", LATE))
    reports.reads("trivy")

    said = await replay(reports.wiring, first, who="ana", where_from="terminal:ana")

    assert said.startswith("1 finding read, 0 of them new;")
    assert await reports.states() == {KNOWN: "open", LATE: "open"}
    (record,) = await reports.rows(t.audit)
    assert (record.act, record.target) == ("replay", f"report {first}")


async def test_a_report_that_nobody_could_read_is_read_when_it_can_be(reports: Reports) -> None:
    reports.reads("trivy", refuses, version=1)
    name = await reports.comes("trivy", report_of("pay-1", KNOWN))
    assert [(row.state, row.kept > 0) for row in await reports.rows(t.scan)] == [("failed", True)]
    assert (await reports.again("trivy", changes=True)).by_version[1].unreadable == 1
    with pytest.raises(NotReplayed, match="Still not readable: no such version"):
        await replay(reports.wiring, name, who="ana", where_from="terminal:ana")
    reports.reads("trivy")

    found = await reports.again("trivy", changes=True)

    assert (found.total("new"), found.total("released"), found.total("unreadable")) == (1, 1, 0)
    (scan,) = await reports.rows(t.scan)
    assert (scan.state, scan.reason, scan.findings, scan.parser_version) == ("done", "", 1, 2)


async def test_what_is_not_kept_is_said(reports: Reports) -> None:
    reports.most_kept = 0
    reports.reads("trivy", no_findings, version=1)
    name = await reports.comes("trivy", report_of("pay-1", KNOWN))
    reports.reads("trivy")
    assert await reports.rows(t.scan_part) == []

    found = await reports.again("trivy", changes=True)

    assert (found.by_version[1].not_kept, found.total("new")) == (1, 0)
    assert columns(found)[-1] == "not kept"
    assert left_out(found).startswith("Not read again: 1 report whose file is not kept any more.")
    with pytest.raises(NotReplayed, match="send it once more"):
        await replay(reports.wiring, name, who="ana", where_from="terminal:ana")


async def test_a_report_that_quotes_secrets_is_never_kept(reports: Reports) -> None:
    assert reports.wiring.sources["gitleaks"].only_as_file
    await reports.comes("gitleaks", one("gitleaks/history").body)

    assert [(row.state, row.kept) for row in await reports.rows(t.scan)] == [("done", 0)]
    assert await reports.rows(t.scan_part) == []
    assert not list((reports.wiring.settings.data_directory / "scans").iterdir())


async def test_a_report_in_which_a_secret_was_found_is_not_kept_either(reports: Reports) -> None:
    found = one("trivy/repository").body
    assert b"Secrets" in found
    await reports.comes("trivy", found)
    await reports.comes("trivy", report_of("pay-1", KNOWN))

    assert [(row.found_secret, row.kept > 0) for row in await reports.rows(t.scan)] == [(True, False), (False, True)]


async def test_the_oldest_go_first_when_there_are_too_many(reports: Reports) -> None:
    for hosts in range(3):
        await reports.comes("trivy", report_of(f"pay-{hosts}", KNOWN))
    each = [row.kept for row in await reports.rows(t.scan)]
    assert all(each)

    kept = KeptReports(reports.wiring.store, reports.wiring.spool, each[1] + each[2])
    await kept.forget_older(reports.clock(), reports.wiring.settings.retention.deliveries)
    assert [row.kept for row in await reports.rows(t.scan)] == [0, *each[1:]]

    reports.clock.advance(days=90, hours=-1)
    await kept.forget_older(reports.clock(), reports.wiring.settings.retention.deliveries)
    assert [row.kept > 0 for row in await reports.rows(t.scan)] == [False, False, True]
    assert len(await reports.rows(t.scan_part)) == (0 if reports.wiring.store.sqlite else 1)
    folder = reports.wiring.settings.data_directory / "scans"
    assert len(list(folder.glob("*"))) == (1 if reports.wiring.store.sqlite else 0)


async def test_a_report_that_came_packed_is_kept_and_read_as_it_came(reports: Reports) -> None:
    reports.reads("trivy", no_findings, version=1)
    await reports.comes("trivy", gzip.compress(json.dumps(report_of("pay-1", KNOWN)).encode(), mtime=0))
    reports.reads("trivy")

    found = await reports.again("trivy", changes=True)

    assert found.total("new") == 1
    assert outcome(found, changes=True).startswith("Done: 1 new finding, 0 changed")
