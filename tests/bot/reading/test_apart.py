"""Another process reads what is large: the same as here, whatever a parser does to it, and without our secrets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import zlib
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from bot.model.written import Written
from bot.reading.apart import ReadsApart
from bot.reading.child import Child, Fault, start_child
from bot.reading.here import Reads, ReadsHere, Records
from connectors.contract.failure import NotThisFormat, Retriable, UnknownShape
from connectors.contract.finding import Finding, Quarantined
from connectors.contract.source import Source, SourceOptions
from tests.connectors.sources.payloads import SOURCES, one, payloads_of

PLAIN = SourceOptions(secrets=("nobody else's",))
_ACROSS = ("generic", "aws-securityhub", "sarif", "cyclonedx", "openvex", "trivy", "nessus", "qualys")


def body_of(*does: str) -> bytes:
    return json.dumps({"records": [{"name": f"host-{n}", "does": each} for n, each in enumerate(does)]}).encode()


def findings(records: Records) -> list[Finding]:
    return [each.finding for each in records if isinstance(each, Written)]


def alike(records: Records) -> list[object]:
    return [each.finding if isinstance(each, Written) else each for each in records]


def children() -> list[psutil.Process]:
    """The processes that read, of this one."""
    return [child for child in psutil.Process().children() if "bot.reading" in " ".join(child.cmdline())]


async def first_children() -> list[psutil.Process]:
    """Those there are, as soon as there are any: before they are ready."""
    for _ in range(500):
        if found := children():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("none was started")


async def all_of(reads: Reads, source: Source, path: Path, done: int = 0) -> Sequence[Records]:
    with path.open("rb") as file:
        return [piece async for piece in reads.report(source, file, {}, PLAIN, done)]


async def test_every_delivery_is_read_as_it_is_here(apart: ReadsApart) -> None:
    for name in _ACROSS:
        for payload in payloads_of(SOURCES[name]):
            there = await apart.delivery(SOURCES[name], payload.body, payload.headers, PLAIN)
            here = await ReadsHere().delivery(SOURCES[name], payload.body, payload.headers, PLAIN)
            assert alike(there.records) == list(here.records), payload.path
            assert there.delivery_key == here.delivery_key
            assert zlib.decompress(there.packed) == payload.body
    assert len(children()) == 1


async def test_every_report_is_read_as_it_is_here(apart: ReadsApart) -> None:
    for name in _ACROSS[2:]:
        for payload in payloads_of(SOURCES[name]):
            there = [alike(piece) for piece in await all_of(apart, SOURCES[name], payload.path)]
            assert there == [list(piece) for piece in await all_of(ReadsHere(), SOURCES[name], payload.path)]


async def test_how_a_source_is_configured_goes_along(apart: ReadsApart) -> None:
    options = SourceOptions(mapping={"title": "what", "rule": "what", "resource.id": "where"})
    told = await apart.delivery(SOURCES["generic"], b'{"what": "open door", "where": "pay-1"}', {}, options)
    (finding,) = findings(told.records)
    assert (finding.title, finding.resource.id) == ("open door", "pay-1")


async def test_what_is_small_is_read_here() -> None:
    reads = ReadsApart()
    told = await reads.delivery(SOURCES["generic"], one("generic/one_finding").body, {}, PLAIN)
    assert any(isinstance(each, Finding) for each in told.records)
    assert children() == []


async def test_what_is_no_such_format_is_refused_as_here(apart: ReadsApart, tmp_path: Path) -> None:
    with pytest.raises(NotThisFormat, match="not JSON"):
        await apart.delivery(SOURCES["generic"], b"{", {}, PLAIN)
    (tmp_path / "report").write_bytes(b"{")
    with pytest.raises(NotThisFormat, match="JSON"):
        await all_of(apart, SOURCES["sarif"], tmp_path / "report")


async def test_a_bug_of_a_source_is_a_fault_with_its_place(apart: ReadsApart, hurts: Source) -> None:
    with pytest.raises(Fault, match=r"hurting\.py") as fault:
        await apart.delivery(hurts, body_of("", "fault"), {}, PLAIN)
    assert "KeyError" in str(fault.value)
    assert findings((await apart.delivery(hurts, body_of(""), {}, PLAIN)).records)


async def test_a_body_that_ends_the_process_is_quarantined_whole_and_hurts_no_other(
    apart: ReadsApart, hurts: Source
) -> None:
    bodies = [body_of("", ""), body_of("", "end"), body_of("")]
    told = await asyncio.gather(*(apart.delivery(hurts, body, {}, PLAIN) for body in bodies))

    assert [len(findings(each.records)) for each in told] == [2, 0, 1]
    (aside,) = told[1].records
    assert isinstance(aside, Quarantined)
    assert "exit code 3" in aside.reason
    assert told[1].delivery_key.startswith("sha256:")


async def test_a_body_that_is_never_read_to_its_end_is_quarantined_too(hurts: Source) -> None:
    apart = ReadsApart(small=0, patience=1.0)
    try:
        told = await apart.delivery(hurts, body_of("stop"), {}, PLAIN)
        (aside,) = told.records
        assert isinstance(aside, Quarantined)
        assert findings((await apart.delivery(hurts, body_of(""), {}, PLAIN)).records)
    finally:
        await apart.close()


async def test_a_report_that_ends_the_process_says_so(apart: ReadsApart, hurts: Source, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(body_of("", "end"))
    with pytest.raises(UnknownShape, match="ended the process that reads"):
        await all_of(apart, hurts, tmp_path / "report")


async def test_a_process_that_is_killed_loses_nothing_of_a_report(
    apart: ReadsApart, hurts: Source, tmp_path: Path
) -> None:
    (tmp_path / "report").write_bytes(body_of(*[""] * 3_500))
    names: list[str] = []
    with (tmp_path / "report").open("rb") as file:
        async for piece in apart.report(hurts, file, {}, PLAIN, 0):
            names += [finding.title for finding in findings(piece)]
            if len(names) == 1_000:
                children()[0].send_signal(signal.SIGKILL)
    assert names == [f"host-{n}" for n in range(3_500)]


async def test_after_a_crash_a_report_goes_on_where_it_was(apart: ReadsApart, hurts: Source, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(body_of(*[""] * 1_500))
    pieces = await all_of(apart, hurts, tmp_path / "report", done=1_200)
    assert next(finding.title for piece in pieces for finding in findings(piece)) == "host-1200"


async def test_deliveries_do_not_wait_for_reports(apart: ReadsApart, hurts: Source, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(body_of(*[""] * 10))
    with (tmp_path / "report").open("rb") as first, (tmp_path / "report").open("rb") as second:
        reports = [apart.report(hurts, file, {}, PLAIN, 0) for file in (first, second)]
        for report in reports:
            await anext(report)
        assert len(children()) == 2
        told = await apart.delivery(hurts, body_of(""), {}, PLAIN)
        assert isinstance(told.records[0], Finding), "both are at reports, so it is read here"
        assert [sum([len(findings(piece)) async for piece in report]) for report in reports] == [10, 10]


async def test_it_knows_no_secret_and_what_a_library_prints_is_no_answer(
    apart: ReadsApart, hurts: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "a secret")
    told = await apart.delivery(hurts, body_of("print", "look"), {}, PLAIN)
    _, looked = findings(told.records)
    assert "PATH" in looked.summary
    assert "SLACK_BOT_TOKEN" not in looked.summary
    assert "SLACK_BOT_TOKEN" in os.environ


async def test_it_ends_with_whoever_started_it(hurts: Source) -> None:
    apart = ReadsApart(small=0)
    await apart.begin()
    (child,) = children()
    await apart.close()
    assert not child.is_running()


async def test_a_report_that_we_stop_reading_is_not_to_blame(apart: ReadsApart, hurts: Source, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(body_of(*[""] * 3_500))
    with (tmp_path / "report").open("rb") as file:
        report = apart.report(hurts, file, {}, PLAIN, 0)
        await anext(report)
        await apart.close()
        with pytest.raises(asyncio.CancelledError):
            async for _ in report:
                pass
    assert children() == []


async def test_once_it_is_closed_it_starts_no_more_processes(apart: ReadsApart, hurts: Source, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(body_of(""))
    await apart.close()
    with pytest.raises(Retriable, match="being stopped"):
        await apart.delivery(hurts, body_of(""), {}, PLAIN)
    with pytest.raises(asyncio.CancelledError):
        await all_of(apart, hurts, tmp_path / "report")
    assert children() == []


async def test_one_that_is_not_waited_for_any_more_does_not_stay(apart: ReadsApart) -> None:
    beginning = asyncio.create_task(apart.begin())
    (started,) = await first_children()
    beginning.cancel()
    await asyncio.wait([beginning], timeout=0.3)  # it takes longer to be ready
    assert not started.is_running()


async def test_with_nobody_left_to_answer_it_ends_without_a_word() -> None:
    alone = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.reading"), stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert alone.stdin is not None
    assert alone.stdout is not None
    assert alone.stderr is not None
    alone.stdout._transport.close()  # type: ignore[attr-defined]
    alone.stdin.close()
    assert await alone.stderr.read() == b""
    assert await alone.wait() == 0


_STARTS = """
import asyncio, sys
from bot.reading.apart import ReadsApart
from connectors.contract.source import SourceOptions
from connectors.registry import sources

async def main():
    reads = ReadsApart(small=0)
    await reads.begin()
    print(reads._children[0]._process.pid, flush=True)
    await reads.delivery(sources()["hurts"], sys.argv[1].encode(), {}, SourceOptions())

asyncio.run(main())
"""


async def test_it_ends_with_whoever_is_killed_while_it_is_at_work(hurts: Source) -> None:
    path = os.pathsep.join(filter(None, sys.path))
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _STARTS, body_of("stop").decode()),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert starter.stdout is not None
    reads = psutil.Process(int(await starter.stdout.readline()))
    await asyncio.sleep(0.5)  # it is at its question
    starter.kill()
    await starter.wait()
    await asyncio.to_thread(reads.wait, 5)


class _Starts:
    """Starts so many processes, and then none any more."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def __call__(self) -> Child:
        self.left -= 1
        if self.left < 0:
            raise Retriable("the process that reads does not start")
        return await start_child()


async def test_where_no_process_can_be_started_it_is_read_here(hurts: Source, tmp_path: Path) -> None:
    apart = ReadsApart(small=0, start=_Starts(0))
    (tmp_path / "report").write_bytes(body_of(*[""] * 3))
    told = await apart.delivery(hurts, body_of(""), {}, PLAIN)
    assert [type(each) for each in told.records] == [Finding]
    pieces = await all_of(apart, hurts, tmp_path / "report")
    assert [type(each) for piece in pieces for each in piece] == [Finding] * 3
    assert children() == []


async def test_a_report_goes_on_here_when_its_process_is_gone_for_good(hurts: Source, tmp_path: Path) -> None:
    apart = ReadsApart(small=0, start=_Starts(1))
    (tmp_path / "report").write_bytes(body_of(*[""] * 3_500))
    names: list[str] = []
    with (tmp_path / "report").open("rb") as file:
        async for piece in apart.report(hurts, file, {}, PLAIN, 0):
            names += [each.finding.title if isinstance(each, Written) else getattr(each, "title", "") for each in piece]
            if len(names) == 1_000:
                children()[0].send_signal(signal.SIGKILL)
    await apart.close()
    assert names == [f"host-{n}" for n in range(3_500)]
