"""Report files over HTTP: kept at the 202, read by the worker, and what a later report no longer shows is resolved."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store import tables as t
from tests.bot.web.served import SCAN_LIMIT, TOKEN, Served, refused, serving, waiting, write_config
from tests.connectors.sources.payloads import one
from tests.stories.world import eventually

BEARER = {"authorization": f"Bearer {TOKEN}"}
REPORT = json.loads(one("trivy/image").body)


def next_scan(served: Served, *gone: str) -> dict[str, Any]:
    """A scan of the same image a day later, which no longer sees those vulnerabilities."""
    again = copy.deepcopy(REPORT) | {"CreatedAt": served.clock.advance(days=1).isoformat()}
    for result in again["Results"]:
        if "Vulnerabilities" in result:
            result["Vulnerabilities"] = [v for v in result["Vulnerabilities"] if v["VulnerabilityID"] not in gone]
    return again


async def sent(served: Served, content: bytes, source: str = "trivy") -> str:
    """The address that tells of the report, once it is accepted."""
    answered = await served.post(f"/v1/scans/{source}", content, BEARER)
    assert answered.status_code == 202, answered.text
    said = answered.json()
    assert said["bytes"] == len(content)
    assert said["progress"] == f"/v1/scans/{source}/{said['scan']}"
    return str(said["progress"])


async def progress(served: Served, address: str) -> dict[str, Any]:
    answered = await served.http.get(served.url + address, headers=BEARER)
    assert answered.status_code == 200, answered.text
    said: dict[str, Any] = answered.json()
    return said


async def only_kept(served: Served, folder: Path) -> bool:
    """Whether every report is kept packed, and none waits."""
    return all(row.kept > 0 for row in await served.rows(t.scan)) and not waiting(folder)


async def outcome(served: Served, address: str) -> dict[str, Any]:
    """What is told at that address when it is over."""

    async def over() -> dict[str, Any] | None:
        said = await progress(served, address)
        return said if said["state"] in ("done", "failed") else None

    found: dict[str, Any] = await eventually(over, "the end of the report")
    return found


async def read(served: Served, report: Any, source: str = "trivy") -> dict[str, Any]:
    return await outcome(served, await sent(served, json.dumps(report).encode(), source))


async def standing(served: Served) -> list[tuple[Any, ...]]:
    """What is known, apart from what the worker writes while it tells of it."""
    findings = [(row.id, row.state, row.count, row.last_seen) for row in await served.rows(t.finding)]
    return sorted(findings) + sorted((row.id, row.state, row.version) for row in await served.rows(t.cases))


@pytest.fixture
async def working(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """The application with its worker."""
    async with serving(write_config(tmp_path), database_url, [], worker=True) as made:
        yield made


async def test_what_a_later_scan_no_longer_shows_is_resolved_and_its_case_closes(working: Served) -> None:
    first = await read(working, REPORT)
    assert first["state"] == "done"
    assert first["findings"] > 1
    assert (first["new"], first["repeated"], first["resolved"]) == (first["findings"], 0, 0)
    assert first["received_at"] <= first["finished_at"]

    again = await read(working, next_scan(working))
    assert (again["new"], again["repeated"], again["resolved"]) == (0, first["findings"], 0)

    without = await read(working, next_scan(working, "CVE-2024-10001"))
    assert (without["new"], without["resolved"]) == (0, 1)
    states = {row.problem: row.state for row in await working.rows(t.finding)}
    assert states["CVE-2024-10001"] == "resolved"
    cases = {row.problem: row.state for row in await working.rows(t.cases)}
    assert cases.pop("CVE-2024-10001") == "fixed"
    assert set(cases.values()) == {"open"}

    back = await read(working, next_scan(working))
    assert (back["new"], back["resolved"]) == (0, 0)
    (case,) = [row for row in await working.rows(t.cases) if row.problem == "CVE-2024-10001"]
    assert case.state != "fixed"


async def test_a_sarif_file_is_read_and_its_repository_is_a_snapshot(working: Served) -> None:
    report = json.loads(one("sarif/scan").body)
    first = await read(working, report, "sarif")
    assert (first["state"], first["new"]) == ("done", first["findings"])
    assert first["findings"] > 0

    before = len([row for row in await working.rows(t.finding) if row.state == "open"])
    clean = copy.deepcopy(report)
    for run in clean["runs"]:
        run["results"] = []
        run["invocations"] = [{"executionSuccessful": True, "endTimeUtc": working.clock.advance(days=1).isoformat()}]
    second = await read(working, clean, "sarif")
    assert second["state"] == "done"
    left = [row for row in await working.rows(t.finding) if row.state == "open"]
    assert second["resolved"] == before - len(left) > 0


async def test_a_broken_file_says_what_was_wrong_and_changes_nothing(working: Served) -> None:
    await read(working, REPORT)
    before = await standing(working)
    whole = json.dumps(next_scan(working)).encode()
    for content, words in (
        (b"not json at all", "JSON"),
        (whole[: len(whole) // 2], "JSON"),
        (b'{"hello": "world"}', "ArtifactName"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"[" * 100_000, "JSON"),
    ):
        said = await outcome(working, await sent(working, content))
        assert said["state"] == "failed", content[:20]
        assert words in said["reason"], said["reason"]
        assert said["resolved"] == 0
    assert await standing(working) == before
    assert len(await working.rows(t.quarantine)) == 5
    assert "empty" in refused(await working.post("/v1/scans/trivy", b"", BEARER), 400)["error"]


async def test_a_file_survives_a_restart_before_it_is_read(database_url: str, tmp_path: Path) -> None:
    config = write_config(tmp_path)
    async with serving(config, database_url, [], worker=False) as accepting:
        address = await sent(accepting, json.dumps(REPORT).encode())
        said = await progress(accepting, address)
        assert (said["state"], said["findings"], said["finished_at"]) == ("waiting", 0, None)
    async with serving(config, database_url, [], worker=True) as working:
        said = await outcome(working, address)
        assert said["state"] == "done"
        assert said["new"] == said["findings"] > 1
        await eventually(lambda: only_kept(working, tmp_path), "the file being packed, to be read again")


async def test_who_may_not_send_reports_leaves_nothing(served: Served, tmp_path: Path) -> None:
    content = json.dumps(REPORT).encode()
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        said = refused(await served.post("/v1/scans/trivy", content, headers), 401)
        assert "Authorization: Bearer" in said["do"]
    for source in ("nobody", "generic", "aws-guardduty", "%00"):
        refused(await served.post(f"/v1/scans/{source}", content, BEARER), 404)
    assert await served.rows(t.scan) == []
    assert not waiting(tmp_path)


async def test_a_signature_over_nothing_does_not_vouch_for_a_report(served: Served) -> None:
    headers = served.signed(b"", secret="whsec_" + TOKEN)
    answered = await served.post("/v1/scans/trivy", b"{}", headers)
    assert answered.status_code == 401
    assert await served.rows(t.scan) == []


async def test_a_report_over_the_limit_is_refused_and_leaves_nothing(served: Served, tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(SCAN_LIMIT // 1024 + 1):
            yield b" " * 1024

    for content in (b" " * (SCAN_LIMIT + 1), endless()):
        answered = await served.http.post(f"{served.url}/v1/scans/trivy", content=content, headers=BEARER)
        assert str(SCAN_LIMIT) in refused(answered, 413)["error"]
    assert await served.rows(t.scan) == []
    assert not waiting(tmp_path)


async def test_only_who_may_send_may_ask_how_far_a_report_is(served: Served) -> None:
    address = await sent(served, b"{}")
    assert (await progress(served, address))["state"] == "waiting"
    assert (await served.http.get(served.url + address)).status_code == 401
    for other in ("nothing", "%00", "x" * 3000, "%ED%A0%80", "1;2"):
        answered = await served.http.get(f"{served.url}/v1/scans/trivy/{other}", headers=BEARER)
        assert refused(answered, 404)["error"] == "no such report"
    other = address.replace("trivy", "sarif")
    assert (await served.http.get(served.url + other, headers=BEARER)).status_code == 404
