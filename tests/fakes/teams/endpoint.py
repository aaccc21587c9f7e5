"""The endpoint of Workflows webhooks: its signature, its limits, its 202, and failures on order.

Limits as Microsoft documents them: 28 KB a message, four requests a second ("Create Incoming Webhooks"). The real
trigger may take a body that is too large and only its run fails, unseen; here it is refused, so that a test sees it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.teams.card import Shown, problems

MOST_BYTES = 28 * 1024
PER_SECOND = 4
_PATH = "/powerautomate/automations/direct/workflows/{name}/triggers/manual/paths/invoke"


@dataclass(slots=True)
class Fault:
    """``status``: that answer instead; ``drop`` before, ``lose`` after the card is there; ``hang``; ``redirect``."""

    kind: str
    times: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(slots=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class FakeTeams:
    """``with FakeTeams() as teams``: ``teams.webhook("payments")`` is a new webhook's address, its cards are kept."""

    def __init__(self, *, per_second: int = PER_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._signatures: dict[str, str] = {}
        self._cards: dict[str, list[Shown]] = {}
        self._times: dict[str, list[float]] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.refused: list[str] = []  # why bodies were not taken
        self.requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def webhook(self, name: str) -> str:
        """The secret address of a channel's webhook; the signature in it is all that lets a post in."""
        signature = self._signatures.setdefault(name, f"s3cr3t-signature-of-{name}")
        path = _PATH.format(name=name)
        return f"{self.url}{path}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={signature}"

    def cards(self, name: str) -> list[Shown]:
        """What stands in the channel, oldest first."""
        with self._lock:
            return list(self._cards.get(name, ()))

    def order(self, kind: str, **more: Any) -> None:
        """The next request goes wrong like this."""
        self._faults.append(Fault(kind, **more))

    def __enter__(self) -> FakeTeams:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def strike(self) -> Fault | None:
        with self._lock:
            fault = next((each for each in self._faults if each.times > 0), None)
            if fault is not None:
                fault.times -= 1
            return fault

    def take(self, target: str, content_type: str, raw: bytes) -> Answer:
        """What Workflows would do with this post."""
        with self._lock:
            self.requests += 1
            parts, name = urlsplit(target), _name_in(target)
            if name not in self._signatures or parts.path != _PATH.format(name=name):
                return _refusal(404, "WorkflowNotFound")
            if parse_qs(parts.query).get("sig") != [self._signatures[name]]:
                return _refusal(401, "DirectApiAuthorizationRequired")
            if self._is_too_fast(name):
                return _refusal(429, "TooManyRequests", {"Retry-After": "1"})
            return self._post(name, content_type, raw)

    def _is_too_fast(self, name: str) -> bool:
        now = self._clock()
        recent = [at for at in self._times.get(name, ()) if now - at < 1.0]
        self._times[name] = [*recent, now]
        return len(recent) >= self._per_second

    def _post(self, name: str, content_type: str, raw: bytes) -> Answer:
        if len(raw) > MOST_BYTES:
            return _refusal(413, "RequestEntityTooLarge")
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        wrong = problems(body) if content_type.startswith("application/json") else ["it is not sent as JSON"]
        if wrong:
            self.refused += wrong
            return _refusal(400, "InvalidRequestContent")
        self._cards.setdefault(name, []).append(Shown(body))
        return Answer(202, headers={"x-ms-workflow-run-id": f"0858{len(self._cards[name]):08d}CU01"})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", "0")))
                fault = fake.strike()
                if fault is not None and fault.kind == "drop":
                    self.close_connection = True
                    return
                if fault is not None and fault.kind in ("status", "redirect"):
                    self._say(Answer(fault.status, {"error": {"code": "Ordered"}}, fault.headers))
                    return
                answer = fake.take(self.path, self.headers.get("content-type", ""), raw)
                if fault is not None and fault.kind == "hang":
                    time.sleep(fault.seconds)
                if fault is not None and fault.kind in ("lose", "hang"):
                    self.close_connection = True
                    return
                self._say(answer)

            def _say(self, answer: Answer) -> None:
                body = b"" if answer.body is None else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for header, value in {**answer.headers, "Content-Length": str(len(body))}.items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """The addresses are secrets, even here."""

        return Handler


def _name_in(target: str) -> str:
    parts = urlsplit(target).path.split("/")
    return parts[5] if len(parts) > 5 else ""


def _refusal(status: int, code: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "As the real one says it."}}, headers or {})
