"""The benchmark's rows about report files: until a large one's findings can be asked for, and what it costs to read."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import aiohttp

from tests.fakes.slack.client import FakeSlack
from tests.harness.organisation import PERSON, SECRET, channel_of
from tests.harness.process import SutureProcess

_RULES = 100
_PIECE = 1024 * 1024
_LOOK = 0.05  # seconds between two questions how far it is: each costs the process something, too
_OVER = ("done", "failed")
_TOKEN = {"Authorization": f"Bearer {SECRET}"}


@dataclass(frozen=True, slots=True)
class ReportRead:
    """What became of one report."""

    findings: int
    megabytes: float
    accepted: float  # seconds until its 202
    queryable: float  # seconds until every finding of it could be asked for
    cpu: float  # seconds of the processor, with the process that reads
    peak: float  # resident megabytes, the most that was seen of both processes together


def sarif(results: int) -> Iterator[bytes]:
    """A SARIF file of about 800 bytes a result, piece by piece: none of a size need be held, here or there."""
    yield b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "bench", "rules": '
    yield json.dumps([_rule(number) for number in range(_RULES)]).encode()
    yield b'}}, "versionControlProvenance": [{"repositoryUri": "https://github.com/acme/payments"}], "results": ['
    piece = bytearray()
    for number in range(results):
        piece += (b"," if number else b"") + json.dumps(_result(number)).encode()
        if len(piece) > _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"]}]}"


def _rule(number: int) -> dict[str, Any]:
    told = {"id": f"bench-{number}", "shortDescription": {"text": f"What rule {number} says"}}
    return told | {"properties": {"security-severity": "7.5", "tags": ["security"]}}


def _result(number: int) -> dict[str, Any]:
    region = {"startLine": number % 900 + 1, "snippet": {"text": f"cursor.execute('select {number}' + name)"}}
    uri = {"uri": f"src/pack{number % 300}/file{number % 2_000}.py"}
    return {
        "ruleId": f"bench-{number % _RULES}",
        "level": "error",
        "message": {"text": "Text from outside reaches a query without being checked. " * 7},
        "locations": [{"physicalLocation": {"artifactLocation": uri, "region": region}}],
        "partialFingerprints": {"primaryLocationLineHash": f"{number:032x}:1"},
        "properties": {"precision": "high", "cwe": ["CWE-89"]},
    }


async def read_report(process: SutureProcess, slack: FakeSlack, results: int) -> ReportRead:
    """Post a report as a pipeline does, and ask until its last finding is there; AssertionError if one is not."""
    with TemporaryFile() as file:
        file.writelines(sarif(results))  # as the tool did, before anybody waits for us
        size = file.tell()
        file.seek(0)
        before, peak, began = process.cpu_seconds, 0.0, time.perf_counter()
        async with aiohttp.ClientSession(headers=_TOKEN, timeout=aiohttp.ClientTimeout(total=1_800)) as session:
            async with session.post(f"{process.url}/v1/scans/sarif", data=file) as answer:
                assert answer.status == 202, await answer.text()
                progress = process.url + (await answer.json())["progress"]
            accepted, told = time.perf_counter() - began, {"state": ""}
            while told["state"] not in _OVER:
                await asyncio.sleep(_LOOK)
                peak = max(peak, process.memory_mb)
                async with session.get(progress) as answer:
                    told = await answer.json()
    assert (told["state"], told["new"], told["quarantined"]) == ("done", results, 0), told
    await asyncio.to_thread(_asked, slack)
    took = time.perf_counter() - began
    return ReportRead(results, size / 1e6, accepted, took, process.cpu_seconds - before, peak)


def _asked(slack: FakeSlack) -> None:
    """A person's question about what was just reported is answered with the case."""
    answer = slack.command("/suture", "list", by=PERSON, channel=channel_of(0))
    assert answer.acknowledged, answer
