"""A listener that keeps what it is sent: where a fake's webhook may post."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

from tests.patience import PATIENCE


class Mailbox:
    """``with Mailbox() as box: box.url …``; ``got`` holds (headers in lower case, body) in the order of arrival."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        box = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                box.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(202)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait_for(self, count: int, within: float = PATIENCE) -> None:
        """Until so many have arrived."""
        limit = time.monotonic() + within
        while len(self.got) < count:
            assert time.monotonic() < limit, f"only {len(self.got)} of {count} arrived"
            time.sleep(0.02)

    def __enter__(self) -> Mailbox:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
