"""The demo is played as a person plays it: as a command, whose lines and exit code are what is judged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx2
import pytest

from bot.demo.story import STEPS
from tests.free_port import free_port

_LONGEST = 110.0  # seconds


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[str]]:
    """``suture demo --once``, stopped if it hangs."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bot.cli", "demo", "--once", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    alarm = threading.Timer(_LONGEST, process.terminate)
    alarm.start()
    with process:
        yield process
        alarm.cancel()
        if process.poll() is None:
            process.terminate()


def words(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def test_every_step_is_played_and_observed(demo: subprocess.Popen[str]) -> None:
    told, _ = demo.communicate()

    assert demo.returncode == 0, told
    for number, (title, _) in enumerate(STEPS, 1):
        assert f"{number}. {title}" in told
    assert "asked directly, the cloud says that port 443 is open to 198.51.100.0/24 only" in words(told)
    assert "exactly one issue, PAY-1" in words(told)
    assert "every one as it was written" in words(told)
    assert all(len(line.rstrip()) <= 80 for line in told.splitlines())
    assert not re.search(r"token=|whsec_|Bearer ", told)


def test_a_step_that_did_not_happen_ends_the_demo_and_is_named(demo: subprocess.Popen[str]) -> None:
    """Someone wipes the cloud behind the demo's back, so that the port can be neither planned nor closed."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if (cloud := re.search(r"http://127\.0\.0\.1:\d+", line)) is not None:
            httpx2.post(f"{cloud[0]}/moto-api/reset").raise_for_status()
            break
    told = demo.stdout.read()

    assert demo.wait() == 1, told
    assert "Step 4. Close the exposed port now did not happen" in words(told)
    assert "5. Ticket the upgrade" not in told
