"""The benchmark's rows: each measures one thing on a process of its own and says what was aimed at."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bot.store.affected import affected
from bot.store.db import Store
from tests.bench.million import seed_million
from tests.bench.reports import read_report
from tests.bench.rounds import Round, rounds, rows_of
from tests.bench.row import TEAMS, Row, Scale, objects, running, warm
from tests.fakes.slack.client import FakeSlack
from tests.free_port import free_port
from tests.harness.load import Alert, Sent, closed_loop, finding, open_loop, signed
from tests.harness.organisation import PERSON, Organisation, channel_of, variables
from tests.harness.process import ROOT, SutureProcess
from tests.plain_http import NO_TLS


def python_row(scale: Scale) -> Row:
    """What this Python does on this machine in this minute: every other figure follows it."""
    return Row("objects made and asked by this Python", objects(scale), "", "docs/performance.md: which Python")


def echo_row(scale: Scale) -> tuple[Row, float]:
    """The bare FastAPI beside which the posts are measured."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.echo", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        _wait(f"http://127.0.0.1:{port}/readyz")
        alerts = [signed("echo", finding("echo", 0)) for _ in range(scale.posts)]
        sent = asyncio.run(closed_loop(f"http://127.0.0.1:{port}/echo", alerts))
        process.terminate()
    rate = scale.posts / sent.took
    return Row("bare FastAPI echo", f"{rate:,.0f} posts/s, p50 {sent.quantile(0.5):.1f} ms", "the peer"), rate


def posts_row(folder: Path, scale: Scale, echo: float) -> list[Row]:
    """Single alerts, one in twenty opening a new case, while the worker delivers."""
    chance = random.Random(20)
    with running(folder) as (process, slack):
        alerts = [_mixed(number, chance) for number in range(scale.posts)]
        sent = asyncio.run(closed_loop(f"{process.url}/v1/alerts/generic", alerts))
        assert len(sent.seconds) == scale.posts
        assert sent.refused == sent.broken == 0
        rate = scale.posts / sent.took
        told = _told(slack)
        memory = process.memory_mb
    numbers = f"{rate:,.0f} posts/s, p50 {sent.quantile(0.5):.0f} ms, p99 {sent.quantile(0.99):.0f} ms"
    return [
        Row(
            "durable single alerts, 1 in 20 a new case, delivering",
            numbers,
            "1,500 posts/s",
            f"{rate / echo:.0%} of echo",
        ),
        Row("cards posted during that time", f"{told:,} of {scale.posts // 20:,}", ""),
        Row("resident memory then", f"{memory:.0f} MB", "under 200 MB"),
    ]


def _mixed(number: int, chance: random.Random) -> Alert:
    problem = number // 20 if number % 20 == 0 else chance.randrange(number // 20 + 1)
    return signed(f"p{number}", finding(f"rule-{problem}", problem % TEAMS))


def start_row(folder: Path, scale: Scale) -> Row:
    """Until /readyz says 200: of a new database, and of one that is there."""
    port = free_port()
    folder.mkdir(parents=True)
    config = Organisation(teams=TEAMS).write(folder, port)
    process = SutureProcess(config, port, variables(f"sqlite:///{folder / 'suture.db'}"), folder / "log")
    first = process.start()
    process.stop()
    took = sorted(_once_more(process) for _ in range(scale.starts))
    again = took[len(took) // 2]
    with running(folder / "slack") as (with_slack, _):
        with_slack.stop()
        slack = with_slack.start()
    numbers = f"{again:.2f} s ({first:.2f} s when the database is new, {slack:.2f} s with Slack)"
    return Row("start-up until ready", numbers, "under 2 s")


def _once_more(process: SutureProcess) -> float:
    took = process.start()
    process.stop()
    return took


def large_report_row(folder: Path, scale: Scale) -> Row:
    """A SARIF file of hundreds of megabytes."""
    with running(folder) as (process, slack):
        large = asyncio.run(read_report(process, slack, scale.large))
    memory = f"{large.peak:.0f} MB at most; {large.findings:,} findings in {large.queryable:.0f} s"
    return Row(f"resident memory over a SARIF file of {large.megabytes:.0f} MB", memory, "under 300 MB")


def told_row(folder: Path, scale: Scale) -> Row:
    """From the sender's 2xx to the post at the fake Slack, twenty new cases a second over fifty channels."""
    with running(folder) as (process, slack):
        warm(process)
        count = 20 * scale.seconds
        alerts = (signed(f"case-{n}", finding(f"case-{n}", n % TEAMS)) for n in range(count))
        sent = asyncio.run(open_loop(f"{process.url}/v1/alerts/generic", alerts, 20))
        slack.wait(lambda: _told(slack) >= count + 1, within=60)
        spans = sorted(_post_times(slack, sent))
    assert len(spans) == count
    p50, p99 = 1000 * spans[len(spans) // 2], 1000 * spans[int(len(spans) * 0.99)]
    return Row("accepted to posted, 20 new cases/s", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms", "p50 under 100 ms")


def _post_times(slack: FakeSlack, sent: Sent) -> Iterator[float]:
    for call in slack.calls("chat.postMessage"):
        arguments = call.get("arguments", {})
        for name, accepted in sent.accepted.items():
            if f"Problem {name} " in arguments.get("text", "") + " ":
                yield call["at"] - accepted
                break


def clicks_row(folder: Path, scale: Scale) -> Row:
    """A press answered while five hundred alerts a second come in."""
    with running(folder) as (process, slack):
        first = [signed(f"c{n}", finding(f"click-{n}", n % TEAMS)) for n in range(scale.clicks)]
        asyncio.run(closed_loop(f"{process.url}/v1/alerts/generic", first))
        slack.wait(lambda: _told(slack) >= scale.clicks, within=30)
        spans = asyncio.run(_press_under_load(process, slack, scale))
    spans.sort()
    p50, p99 = spans[len(spans) // 2], spans[int(len(spans) * 0.99)]
    return Row("click to acknowledgement at 500 alerts/s", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms", "p99 under 200 ms")


async def _press_under_load(process: SutureProcess, slack: FakeSlack, scale: Scale) -> list[float]:
    alerts = (signed(f"l{n}", finding(f"load-{n % 50}", n % TEAMS)) for n in range(500 * scale.seconds))
    load = asyncio.create_task(open_loop(f"{process.url}/v1/alerts/generic", alerts, 500))
    spans = []
    for number in range(scale.clicks):
        await asyncio.sleep(scale.seconds / scale.clicks * 0.8)
        spans.append(await asyncio.to_thread(_press, slack, number))
    await load
    return spans


def _press(slack: FakeSlack, number: int) -> float:
    message = slack.channel(channel_of(number % TEAMS)).message(f"Problem click-{number} ")
    pressed = message.again().button("I'm on it").press(by=PERSON)
    assert pressed.acknowledged, pressed
    return float(pressed.ms)


def affected_row(folder: Path, scale: Scale) -> list[Row]:
    """The question of three in the morning, over a million findings and two hundred thousand components."""
    url = f"sqlite:///{folder / 'suture.db'}"
    with running(folder) as (process, slack):
        seeded = asyncio.run(seed_million(url, scale.findings))
        spans = []
        for number in range(scale.questions):
            cve = seeded[number % len(seeded)]
            answered = slack.command("/suture", f"affected {cve}", by=PERSON, channel=channel_of(0))
            assert answered.acknowledged, answered
            spans.append(float(answered.ms))
        spans.sort()
        memory = process.memory_mb
        found = asyncio.run(_found_after(url, [seeded[number % len(seeded)] for number in range(scale.questions)]))
    return [
        Row(f"/suture affected CVE over {scale.findings:,} findings, acknowledged", _p(spans), "p99 under 20 ms"),
        Row(f"… its answer found, among {scale.findings // 5:,} components", _p(found), "p99 under 100 ms"),
        Row("resident memory then", f"{memory:.0f} MB", "under 200 MB"),
    ]


async def _found_after(url: str, questions: Sequence[str]) -> list[float]:
    """Milliseconds until the database has told all that an answer says, sorted."""
    store, spans = Store(url), []
    for cve in questions:
        begun = time.perf_counter()
        async with store.read() as connection:
            answer = await affected(connection, cve, datetime.now(UTC))
        spans.append((time.perf_counter() - begun) * 1_000)
        assert answer.affected > 0
        assert answer.open_findings > 0
    await store.close()
    return sorted(spans)


def _p(spans: Sequence[float]) -> str:
    return f"p50 {spans[len(spans) // 2]:.0f} ms, p99 {spans[int(len(spans) * 0.99)]:.0f} ms"


def _told(slack: FakeSlack) -> int:
    return sum(1 for call in slack.calls("chat.postMessage") if call.get("what", "call") == "call")


def _wait(url: str) -> None:
    for _ in range(500):
        try:
            httpx2.get(url, timeout=1, verify=NO_TLS)
        except httpx2.TransportError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


def all_rows(folder: Path, scale: Scale, said: Callable[[Row], None]) -> list[Row]:
    """Every row, in order; ``said`` is called as each becomes known."""
    rows: list[Row] = []

    def add(*more: Row) -> None:
        for row in more:
            rows.append(row)
            said(row)

    turns, measured = rounds(folder / "rounds", scale), list[Round]()
    add(python_row(scale))
    first, echo = echo_row(scale)
    add(first)
    measured.append(next(turns))
    add(start_row(folder / "start", scale))
    add(*posts_row(folder / "posts", scale, echo))
    measured.append(next(turns))
    add(large_report_row(folder / "large", scale))
    add(told_row(folder / "told", scale))
    add(clicks_row(folder / "clicks", scale))
    add(*rows_of([*measured, *turns]))
    add(*affected_row(folder / "affected", scale))
    return rows
