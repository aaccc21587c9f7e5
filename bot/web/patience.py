"""How long a connection may keep us waiting. uvicorn itself waits for ever for the rest of a request, and reads headers
without end; whoever opened enough connections, and said nothing, would keep everybody else out (CWE-400).
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024  # bytes of one request's line and headers


class Patience(HttpToolsProtocol):
    """uvicorn's own protocol, with a limit to what a request's head may take, and to how long it may take.

    While a request is answered, the room that answers it has its own deadline for the body. What is still missing of
    the body after that is waited for as long as a head is.
    """

    seconds = 10.0
    _end: asyncio.TimerHandle | None = None
    _head = 0  # bytes of it so far
    _in_head = True
    _in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {LARGEST_HEAD} bytes.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._wait()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        self._in_head, self._in_body = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._wait_no_more()
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body:
            self._wait()

    def _wait(self) -> None:
        self._wait_no_more()
        self._end = self.loop.call_later(self.seconds, self._give_up)

    def _wait_no_more(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        """Unless an earlier request of this connection is being answered still."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait()
        elif not self.transport.is_closing():
            self.transport.close()
