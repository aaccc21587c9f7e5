"""SIGTERM, as a platform sends it before every deploy: what was begun is finished, and the process says it is well."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.databases import Databases
from tests.free_port import free_port
from tests.harness.load import finding, signed
from tests.harness.organisation import SECRET, SIGNING, TOKEN, Organisation, variables
from tests.harness.process import SutureProcess


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_request_in_flight_is_finished_and_the_exit_code_is_zero(
    command: str, databases: Databases, tmp_path: Path
) -> None:
    url, port = databases.fresh("sqlite"), free_port()
    config = Organisation(teams=1).write(tmp_path, port)
    log = tmp_path / "log"
    suture = SutureProcess(config, port, variables(url) | {"LOG_LEVEL": "debug"}, log, command=command)
    suture.start()
    try:
        answered, took = stopped_in_the_middle(suture, port)
    finally:
        suture.kill()
    assert b" 202 " in answered.partition(b"\r\n")[0]
    assert json.loads(answered.partition(b"\r\n\r\n")[2])["new"] == 1
    assert took < 12
    assert suture.exit_code == 0
    said = log.read_text(encoding="utf-8")
    assert f'"listens": "127.0.0.1:{port}"' in said, "who starts it sees that it is ready, and where"
    for secret in (SECRET, SIGNING, TOKEN, "Traceback"):
        assert secret not in said
    databases.discard(url)


def stopped_in_the_middle(suture: SutureProcess, port: int) -> tuple[bytes, float]:
    """Half an alert, SIGTERM, the other half: what is answered, and the seconds until the process was gone."""
    alert = signed("in flight", finding("in-flight", 0))
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        headers = "".join(f"{name}: {value}\r\n" for name, value in alert.headers.items())
        head = f"POST /v1/alerts/generic HTTP/1.1\r\nHost: x\r\nContent-Length: {len(alert.body)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + alert.body[:10])
        assert httpx2.get(f"{suture.url}/healthz").status_code == 200
        os.kill(suture.pid, signal.SIGTERM)
        until_refused(suture.url)
        connection.sendall(alert.body[10:])
        answered = b"".join(iter(lambda: connection.recv(65_536), b""))
    return answered, suture.stop()


def until_refused(url: str) -> None:
    """It has heard the signal once it takes no new connection."""
    place = urlsplit(url)
    while True:
        try:
            socket.create_connection((place.hostname or "", place.port or 0), timeout=5).close()
        except (ConnectionRefusedError, ConnectionResetError):  # the latter: it closed with us in its queue
            return


def test_a_worker_that_is_told_to_go_while_it_starts_goes_well(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("sqlite")
    config = Organisation(teams=1).write(tmp_path, free_port())
    worker = SutureProcess(config, 1, variables(url), tmp_path / "log", command="worker")
    worker.begin()
    try:
        locked = Path(url.removeprefix("sqlite:///") + "-worker")
        until = time.monotonic() + 30
        while not locked.exists():
            assert time.monotonic() < until, worker.last_words
            time.sleep(0.01)
        worker.stop()
    finally:
        worker.kill()
    assert worker.exit_code == 0
    databases.discard(url)


def test_a_report_that_is_being_read_holds_up_no_stop_and_goes_on_at_the_next_start(
    databases: Databases, tmp_path: Path
) -> None:
    url, port, count = databases.fresh("sqlite"), free_port(), 40_000
    config = Organisation(teams=1).write(tmp_path, port)
    suture = SutureProcess(config, port, variables(url), tmp_path / "log")
    token = {"authorization": f"Bearer {SECRET}"}
    suture.start()
    try:
        sent = httpx2.post(f"{suture.url}/v1/scans/sarif", content=report_of(count), headers=token, timeout=30)
        progress = f"{suture.url}{sent.json()['progress']}"
        read_so_far(progress, token, 1_000)
        took = suture.stop()
        assert suture.exit_code == 0
        suture.start()
        assert read_so_far(progress, token, count)["new"] == count
    finally:
        suture.kill()
    assert took < 6, "a report need not be read to its end before a stop"
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert "ended the process that reads" not in said
    databases.discard(url)


def report_of(count: int) -> bytes:
    """SARIF with so many findings."""
    results = [
        {
            "ruleId": "R1",
            "message": {"text": "Something is wrong."},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": f"src/{n}.c"}}}],
        }
        for n in range(count)
    ]
    run = {"tool": {"driver": {"name": "Scanner"}}, "results": results}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def read_so_far(progress: str, token: dict[str, str], count: int) -> dict[str, Any]:
    """How the report stands, once so many of its findings were read; a refusal or a failure ends the test."""
    until = time.monotonic() + 60
    while True:
        stands: dict[str, Any] = httpx2.get(progress, headers=token, timeout=10).json()
        assert stands["state"] in ("waiting", "reading", "done"), stands
        if stands["findings"] >= count:
            return stands
        assert time.monotonic() < until, stands
        time.sleep(0.1)


def test_a_signal_at_the_start_is_heard_whatever_python_is_at() -> None:
    """Raised while an object is given back, an exception would be ignored, and with it the order to stop."""
    code = """
import os, signal, weakref
from bot.cli.commands import running
running._end_well_when_told_to()
class Thing: ...
thing = Thing()
watched = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
del thing
print("still here")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
