"""The script that Wazuh's integrator runs, run as it does, against a real server and Suture's own verifiers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.contract.source import Incoming, SourceOptions
from connectors.reading import read
from connectors.signing import verify
from tests.connectors.proofs import NEW, keys
from tests.connectors.sources.payloads import PLAIN, SOURCES, TESTS, one

SCRIPT = TESTS.parent / "deploy" / "wazuh" / "custom-suture"
WAZUH = SOURCES["wazuh"]
BEARER = "a-secret-for-bearers"


class Receiver:
    """Keeps what it is sent and answers with the statuses it was given, the last of them for ever."""

    def __init__(self, *statuses: int) -> None:
        self.received: list[Incoming] = []
        answers = list(statuses)
        received = self.received

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                told = {name.lower(): value for name, value in self.headers.items()}
                received.append(Incoming("POST", told, {}, body))
                self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
                self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/alerts/wazuh"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    server = Receiver(*request.param)
    yield server
    server.close()


def run(home: Path, secret: str, url: str, body: bytes | None = None) -> tuple[int, str]:
    """As the integrator does: the alert in a file, then api_key and hook_url. Gives the exit code and what it said."""
    script = home / "integrations" / SCRIPT.name
    script.parent.mkdir(exist_ok=True)
    script.write_bytes(SCRIPT.read_bytes())
    alert = home / "custom-suture-1.alert"
    alert.write_bytes(one("wazuh/vulnerability").body if body is None else body)
    done = subprocess.run(
        [sys.executable, str(script), str(alert), secret, url, "debug"], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == ""
    assert BEARER not in done.stderr
    assert NEW not in done.stderr
    return done.returncode, done.stderr


def accepted(request: Incoming, secret: str) -> str:
    return asyncio.run(verify(WAZUH, request, SourceOptions(secrets=(secret,)), datetime.now(UTC), keys()))


@pytest.mark.parametrize("receiver", [(202,)], ids=["taken"], indirect=True)
@pytest.mark.parametrize(("secret", "kind"), [(NEW, "standard-webhooks"), (BEARER, "bearer")], ids=["signed", "bearer"])
def test_what_it_posts_is_accepted_and_read(tmp_path: Path, receiver: Receiver, secret: str, kind: str) -> None:
    held = tmp_path / "suture.secret"
    held.write_text(secret + "\n")
    for told in (secret, str(held)):
        assert run(tmp_path, told, receiver.url) == (0, "")
    for request in receiver.received:
        assert accepted(request, secret) == kind
        assert (secret in repr(request.headers)) is (kind == "bearer")
    first, again = (read(WAZUH, request.body, request.headers, PLAIN) for request in receiver.received)
    assert first.records == one("wazuh/vulnerability").records()
    assert first.delivery_key == again.delivery_key == "id:wazuh-1.example.com/1772442000.2500562"


@pytest.mark.parametrize("receiver", [(503, 202)], ids=["down-once"], indirect=True)
def test_it_tries_again_while_suture_is_down(tmp_path: Path, receiver: Receiver) -> None:
    assert run(tmp_path, NEW, receiver.url) == (0, "")
    assert len(receiver.received) == 2
    assert all(accepted(request, NEW) for request in receiver.received)


@pytest.mark.parametrize("receiver", [(307,), (413,)], ids=["redirected", "too-large"], indirect=True)
def test_what_suture_does_not_want_is_told_once_and_no_redirect_is_followed(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "logs").mkdir()
    code, said = run(tmp_path, BEARER, receiver.url)
    assert code == 6
    assert len(receiver.received) == 1
    assert "does not want" in said
    assert (tmp_path / "logs" / "integrations.log").read_text() == said
    assert not (tmp_path / "queue").exists()


@pytest.mark.parametrize("receiver", [(401, 404, 202)], ids=["set-right-later"], indirect=True)
def test_what_was_refused_waits_and_goes_with_the_next_one_that_gets_through(
    tmp_path: Path, receiver: Receiver
) -> None:
    body, kept = one("wazuh/vulnerability").body, tmp_path / "queue" / "suture"
    alerts = [body.replace(b"2500562", number) for number in (b"1", b"2", b"3")]
    for alert in alerts[:2]:
        code, said = run(tmp_path, BEARER, receiver.url, alert)
        assert code == 4
        assert "hook_url and api_key" in said
    assert len(list(kept.glob("*.alert"))) == 2
    assert run(tmp_path, NEW, receiver.url, alerts[2]) == (0, "")
    sent = [request.body for request in receiver.received[2:]]
    assert sent[0] == alerts[2].strip()
    assert sorted(sent[1:]) == sorted(alert.strip() for alert in alerts[:2])
    assert all(accepted(request, NEW) for request in receiver.received[2:])
    assert not list(kept.glob("*.alert"))


@pytest.mark.parametrize(
    ("secret", "url", "body", "code"),
    [
        (BEARER, "http://suture.example.com/v1/alerts/wazuh", None, 2),
        (BEARER, "file:///etc/passwd", None, 2),
        ("whsec_%%%", "http://127.0.0.1:9/v1/alerts/wazuh", None, 2),
        (BEARER, "https://suture.example.com/v1/alerts/wazuh", b"no JSON", 3),
        (BEARER, "https://suture.example.com/v1/alerts/wazuh", b"[]", 3),
        ("/no/such/file", "https://suture.example.com/v1/alerts/wazuh", None, 3),
    ],
    ids=["plain-http", "no-http", "no-base64", "no-json", "no-alert", "no-secret"],
)
def test_what_cannot_be_sent_is_said(tmp_path: Path, secret: str, url: str, body: bytes | None, code: int) -> None:
    assert run(tmp_path, secret, url, body)[0] == code
