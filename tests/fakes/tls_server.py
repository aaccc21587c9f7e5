"""A web server that speaks TLS as an old one does, or as it should: what scanners of TLS look at."""

from __future__ import annotations

import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from tests.fakes.certificate import certificate


class TlsServer:
    """``with TlsServer(folder) as server``: it listens on ``server.port`` of localhost, as an old one at first."""

    def __init__(self, folder: Path) -> None:
        pem = certificate(folder)
        self._old, self._new = _context(pem), _context(pem)
        self._old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        self._old.set_ciphers("DEFAULT:@SECLEVEL=0")
        self._new.minimum_version = ssl.TLSVersion.TLSv1_2
        self._new.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
        self._server = _Server(("127.0.0.1", 0), _Page)
        self._server.tls = self._old
        self.port: int = self._server.server_port

    def repair(self) -> None:
        """From now on it refuses TLS 1.0 and 1.1, as its owner's new configuration says."""
        self._server.tls = self._new

    def __enter__(self) -> TlsServer:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


class _Server(ThreadingHTTPServer):
    """Each connection shakes hands in its own thread: a scanner opens many, and leaves most half-way."""

    tls: ssl.SSLContext
    daemon_threads = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(10)
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A handshake that a scanner broke off is no news."""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
