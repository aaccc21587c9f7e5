"""What the benchmark's rows have in common: a row, how much is sent, and the process that is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.slack.client import FakeSlack
from tests.free_port import free_port
from tests.harness.load import finding, open_loop, signed
from tests.harness.organisation import PERSON, SINGLY, UNLIMITED, Organisation, channel_of, variables
from tests.harness.process import SutureProcess

TEAMS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    aim: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is sent; the short form only proves that the rows work."""

    posts: int = 12_000
    batches: int = 1_600
    seconds: int = 20
    clicks: int = 40
    findings: int = 1_000_000
    questions: int = 200
    starts: int = 5
    rounds: int = 3  # of the two rows that others on the machine disturb most
    results: int = 5_000
    large: int = 260_000  # results: 200 MB
    objects: int = 5_000_000


SHORT = Scale(
    posts=200,
    batches=4,
    seconds=2,
    clicks=4,
    findings=2_000,
    questions=10,
    starts=1,
    rounds=2,
    results=200,
    large=400,
    objects=1_000,
)


@contextmanager
def running(folder: Path, delivery: str = SINGLY) -> Iterator[tuple[SutureProcess, FakeSlack]]:
    """A fresh process with a fake Slack of fifty channels.

    It keeps the pace that it keeps with the real Slack, a message a second and channel; the fake itself sets no limit.
    """
    port = free_port()
    folder.mkdir(parents=True)
    scopes = ("chat:write", "commands", "channels:history")
    with FakeSlack(app_url=f"http://127.0.0.1:{port}/slack/events", limits=UNLIMITED, scopes=scopes) as slack:
        for team in range(TEAMS):
            slack.add_channel(channel_of(team), f"team{team}")
        slack.add_person(PERSON, "ana")
        config = Organisation(teams=TEAMS, slack_url=slack.url, delivery=delivery).write(folder, port)
        process = SutureProcess(config, port, variables(f"sqlite:///{folder / 'suture.db'}"), folder / "log")
        process.start()
        try:
            yield process, slack
        finally:
            process.stop()


def warm(process: SutureProcess) -> None:
    """From here on it is a process that has run for a while, as anybody's has."""
    asyncio.run(open_loop(f"{process.url}/v1/alerts/generic", [signed("warm", finding("warm", 0))], 20))
    time.sleep(2)


class _Thing:
    def __init__(self, number: int) -> None:
        self.number = number

    def more(self) -> int:
        return self.number + 1


def objects(scale: Scale) -> str:
    """How many this Python makes and asks in a second, now."""
    began = time.perf_counter()
    for number in range(scale.objects):
        _Thing(number).more()
    return f"{scale.objects / (time.perf_counter() - began) / 1e6:.1f} million/s"
