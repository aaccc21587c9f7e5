"""Many machines: a web process that only accepts, workers that do the work, one PostgreSQL between them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.databases import Databases
from tests.fakes.slack.client import FakeSlack
from tests.free_port import free_port
from tests.harness.load import Sent, finding, post, signed
from tests.harness.organisation import PERSON, UNLIMITED, Organisation, channel_of, variables
from tests.harness.process import ROOT, SutureProcess


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(limits=UNLIMITED, scopes=("chat:write", "channels:history")) as running:
        running.add_channel(channel_of(0), "team0")
        running.add_person(PERSON, "ana")
        yield running


def start_worker(config: Path, environment: dict[str, str], name: str) -> subprocess.Popen[bytes]:
    """A worker of its own name; it also makes the tables."""
    command = [sys.executable, "-m", "bot.cli", "worker", "--config", str(config)]
    with (config.parent / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment, "SUTURE_WORKER": name, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


async def accept(url: str, name: str) -> None:
    """One alert that must be accepted."""
    sent = Sent()
    async with aiohttp.ClientSession() as session:
        alert = signed(name, finding(name, 0, title=f"Problem {name}."))
        await post(session, f"{url}/v1/alerts/generic", alert, sent)
    assert list(sent.accepted) == [name], sent


def told(slack: FakeSlack, name: str) -> int:
    """How many root messages say it."""
    return sum(f"Problem {name}." in message.text for message in slack.channel(channel_of(0)).messages())


def test_what_a_dead_worker_left_is_done_by_the_next(slack: FakeSlack, databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("postgresql", empty=True)
    port = free_port()
    config = Organisation(teams=1, slack_url=slack.url).write(tmp_path, port)
    environment = variables(url) | {"SUTURE_SLACK_PACE": "0"}
    first = start_worker(config, environment, "worker.1")
    web = SutureProcess(config, port, environment, tmp_path / "web.log", command="web")
    second = None
    try:
        web.start()
        asyncio.run(accept(web.url, "one"))
        slack.wait(lambda: told(slack, "one") == 1, within=60)

        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        asyncio.run(accept(web.url, "two"))
        assert told(slack, "two") == 0

        second = start_worker(config, environment, "worker.2")
        slack.wait(lambda: told(slack, "two") == 1, within=60)
        assert told(slack, "one") == 1
        assert web.stop() < 12
    finally:
        web.kill()
        for process in (first, second):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(20)
    databases.discard(url)
