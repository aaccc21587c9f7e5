"""The server side of TLS 1.0 to 1.2 with the bug of OpenSSL 1.0.1 to 1.0.1f around the real one: CVE-2014-0160.

RFC 6520: a heartbeat is a record of type 24 with a type, the length that its payload claims, and the payload. The bug
is to believe that length. OpenSSL no longer speaks heartbeats, so they are answered here, and offered in its name.
"""

from __future__ import annotations

import socket
import ssl
import struct

HANDSHAKE, HEARTBEAT = 22, 24
REQUEST, RESPONSE = 1, 2
_EXTENSION = struct.pack(">HHB", 15, 1, 1)  # heartbeat: peer_allowed_to_send
_MEMORY = b"Cookie: session=made-up; " * 2_700  # what lies behind the request
_LARGEST = 16_384  # of a record's content


def bleeding(connection: socket.socket, context: ssl.SSLContext, page: bytes) -> None:
    """Shake hands and answer one request with ``page``; returns at the end, or when the other side broke off.

    Raises ssl.SSLError when the two find no protocol or cipher in common; the other side has been told then.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    offered: bool | None = None  # until the first record of a handshake
    while raw := _record(connection):
        if raw[0] == HEARTBEAT:
            connection.sendall(_believe(raw))
            continue
        offered = _offers_heartbeat(raw) if offered is None else offered
        incoming.write(raw)
        try:
            ended = _answered(tls, page)
        finally:
            flight = outgoing.read()
            connection.sendall(_with_heartbeat(flight) if offered and flight[:1] == bytes([HANDSHAKE]) else flight)
        if ended:
            return
        offered = False  # the first flight alone holds the ServerHello


def _answered(tls: ssl.SSLObject, page: bytes) -> bool:
    """Whether what came in completes a request; the page is then on its way."""
    try:
        tls.do_handshake()
        tls.read(_LARGEST)
    except ssl.SSLWantReadError:
        return False
    tls.write(page)
    return True


def _believe(request: bytes) -> bytes:
    """The bug: as many bytes as the request claims to have sent, from where its payload lies."""
    version, content = request[1:3], request[5:]
    kind, claimed = struct.unpack(">BH", content[:3])
    if kind != REQUEST:
        return b""
    leaked = struct.pack(">BH", RESPONSE, claimed) + (content[3:] + _MEMORY)[:claimed] + bytes(16)
    pieces = [leaked[at : at + _LARGEST] for at in range(0, len(leaked), _LARGEST)]
    return b"".join(bytes([HEARTBEAT]) + version + struct.pack(">H", len(piece)) + piece for piece in pieces)


def _record(connection: socket.socket) -> bytes:
    """The next record, its five bytes of header too; b"" at the end."""
    head = _exactly(connection, 5)
    return head + _exactly(connection, int.from_bytes(head[3:5], "big")) if len(head) == 5 else b""


def _exactly(connection: socket.socket, count: int) -> bytes:
    held = b""
    while len(held) < count and (more := connection.recv(count - len(held))):
        held += more
    return held


def _offers_heartbeat(hello: bytes) -> bool:
    """Whether a ClientHello has the extension (RFC 5246, 7.4.1.2)."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]  # the session's id
    at += 2 + int.from_bytes(hello[at : at + 2], "big")  # the cipher suites
    at += 1 + hello[at]  # the compression methods
    extensions = hello[at + 2 :]
    while len(extensions) >= 4:
        kind, length = struct.unpack(">HH", extensions[:4])
        if kind == 15:
            return True
        extensions = extensions[4 + length :]
    return False


def _with_heartbeat(flight: bytes) -> bytes:
    """A flight whose ServerHello also answers the extension. A handshake over it cannot end: no scanner means it to."""
    content_length = int.from_bytes(flight[3:5], "big")
    hello_length = int.from_bytes(flight[6:9], "big")
    end = 9 + hello_length
    at = 9 + 2 + 32
    at += 1 + flight[at] + 2 + 1  # the session's id, the cipher suite, the compression method
    extensions = flight[at + 2 : end] + _EXTENSION
    hello = flight[9:at] + struct.pack(">H", len(extensions)) + extensions
    grown = content_length + len(hello) - hello_length
    return flight[:3] + struct.pack(">H", grown) + flight[5:6] + len(hello).to_bytes(3, "big") + hello + flight[end:]
