"""A web server as it was in early 2014, and as it should be: what scanners of TLS look at."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType

from tests.fakes.certificate import certificate
from tests.fakes.heartbleed import bleeding

_PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class TlsServer(ThreadingTCPServer):
    """``with TlsServer(folder) as server``: it listens on ``server.port`` of localhost, old until ``repair()``."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        pem = certificate(folder)
        self._old, self._new = _context(pem), _context(pem)
        self._old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        self._old.maximum_version = ssl.TLSVersion.TLSv1_2
        self._old.set_ciphers("DEFAULT:@SECLEVEL=0")
        self._new.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
        self._is_repaired = False
        self.port: int = self.server_address[1]

    def repair(self) -> None:
        """From now on it speaks TLS 1.2 and 1.3 by today's OpenSSL, without the bug."""
        self._is_repaired = True

    def visit(self, connection: socket.socket) -> None:
        """One connection, as old or as new as the server is. Raises OSError when the other side breaks off."""
        connection.settimeout(10)
        if self._is_repaired:
            with self._new.wrap_socket(connection, server_side=True) as secured:
                if secured.recv(16_384):
                    secured.sendall(_PAGE)
        else:
            bleeding(connection, self._old, _PAGE)

    def handle_error(self, request: object, client_address: object) -> None:
        """A handshake that a scanner broke off is no news."""

    def __enter__(self) -> TlsServer:
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Visit(BaseRequestHandler):
    server: TlsServer

    def handle(self) -> None:
        self.server.visit(self.request)
