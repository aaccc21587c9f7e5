"""Where on-call schedules live: PagerDuty's ``GET /oncalls`` and iCalendar files, over TLS, in a thread of the test.

PagerDuty's rules are those of its reference: key and version in headers, users only when included, a page at a time.
"""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.certificate import certificate

ACCEPT = "application/vnd.pagerduty+json;version=2"


@dataclass(frozen=True)
class Turn:
    """An on-call of PagerDuty; without times it is for good."""

    name: str
    email: str
    starts: datetime | None = None
    ends: datetime | None = None
    level: int = 1

    def touches(self, since: datetime, until: datetime) -> bool:
        return (self.starts is None or self.starts < until) and (self.ends is None or self.ends > since)


@dataclass
class Schedules:
    """``with Schedules(folder) as fake``: ``fake.url``, ``fake.pem`` (trust it), what it holds, and how it fails."""

    folder: Path
    token: str = "pd-fake-key"
    turns: dict[str, list[Turn]] = field(default_factory=dict)  # by schedule id
    calendars: dict[str, str] = field(default_factory=dict)  # by path: /ical/payments.ics
    status: int = 0  # answered to everything, when set
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Schedules:
        self.pem = certificate(self.folder)
        fake = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, kind = fake.answer(self.path, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing on the test's output."""

        self._server = ThreadingHTTPServer(("localhost", 0), Answers)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.pem)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"https://localhost:{self._server.server_port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        """(status, body, content type) of one request."""
        self.asked.append(path)
        parts = urlsplit(path)
        if self.status:
            return self.status, b"", "text/plain"
        if parts.path in self.calendars:
            return 200, self.calendars[parts.path].encode(), "text/calendar"
        if parts.path != "/oncalls":
            return 404, b"", "text/plain"
        if headers.get("Authorization") != f"Token token={self.token}":
            return 401, b"", "text/plain"
        if headers.get("Accept") != ACCEPT:
            return 406, b"", "text/plain"
        return self._on_calls(parse_qs(parts.query))

    def _on_calls(self, asked: dict[str, list[str]]) -> tuple[int, bytes, str]:
        since, until = (datetime.fromisoformat(asked[name][0]) for name in ("since", "until"))
        limit, offset = int(asked["limit"][0]), int(asked["offset"][0])
        if (until - since).days > 90 or limit > 100:
            return 400, b"", "text/plain"
        found = [
            _written(schedule, turn, "users" in asked.get("include[]", []))
            for schedule in asked["schedule_ids[]"]
            for turn in self.turns.get(schedule, [])
            if turn.touches(since, until)
        ]
        page = {
            "oncalls": found[offset : offset + limit],
            "limit": limit,
            "offset": offset,
            "more": len(found) > offset + limit,
            "total": None,
        }
        return 200, json.dumps(page).encode(), "application/json"


def _written(schedule: str, turn: Turn, included: bool) -> dict[str, Any]:
    user = {"id": "PUSER01", "type": "user_reference", "summary": turn.name}
    if included:
        user |= {"type": "user", "name": turn.name, "email": turn.email}
    return {
        "user": user,
        "schedule": {"id": schedule, "type": "schedule_reference", "summary": "Example rotation"},
        "escalation_policy": {"id": "PPOLICY", "type": "escalation_policy_reference", "summary": "Example policy"},
        "escalation_level": turn.level,
        "start": turn.starts.isoformat() if turn.starts else None,
        "end": turn.ends.isoformat() if turn.ends else None,
    }
