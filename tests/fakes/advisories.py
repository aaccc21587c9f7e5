"""Where scanners of dependencies ask for advisories: OSV's ``/v1/query`` and the npm registry's bulk endpoint.

Shapes: the OSV schema 1.6 and osv.dev's API; the npm CLI's *Audit v2* (``/-/npm/v1/security/advisories/bulk``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

NPM = "/-/npm/v1/security/advisories/bulk"


class Advisories:
    """``with Advisories() as fake``: what it holds of OSV by (package, version), of npm's advisories by package."""

    def __init__(self) -> None:
        self.osv: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self.npm: dict[str, list[Mapping[str, Any]]] = {}
        self.versions: dict[str, list[str]] = {}  # of a package of npm, the newest last
        fake = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                packed = self.headers.get("content-encoding") == "gzip"
                self._say(fake.answer(self.path, json.loads(gzip.decompress(body) if packed else body)))

            def do_GET(self) -> None:
                self._say(fake.package(self.path.strip("/")))

            def _say(self, told: Any) -> None:
                body = json.dumps(told).encode()
                self.send_response(404 if told is None else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, asked: Any) -> Any:
        """What is answered to a question; None is a 404."""
        if path == "/v1/query":
            found = self.osv.get((asked["package"]["name"], asked["version"]), [])
            return {"vulns": found} if found else {}
        if path == NPM:
            return {name: self.npm[name] for name in asked if name in self.npm}
        return None

    def package(self, name: str) -> Any:
        """The registry's page of a package: its versions, of which npm picks the repaired one."""
        if name not in self.versions:
            return None
        tarballs = {
            each: {"name": name, "version": each, "dist": {"tarball": f"{self.url}/{name}/-/{name}-{each}.tgz"}}
            for each in self.versions[name]
        }
        return {"name": name, "dist-tags": {"latest": self.versions[name][-1]}, "versions": tarballs}

    def __enter__(self) -> Advisories:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
