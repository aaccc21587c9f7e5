"""SIGTERM, as a platform sends it before every deploy: what was begun is finished, and the process says it is well."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
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
