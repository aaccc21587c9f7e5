"""Socket Mode: WebSocket connections of the app, envelopes out, acknowledgements in (docs.slack.dev, Socket Mode)."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from tests.fakes.slack.journal import Journal
from tests.fakes.slack.workspace import Workspace

MOST = 10  # connections of one app


class NoConnection(Exception):
    """The app has no connection that an envelope could go over."""


class Sockets:
    """The app's open connections. An envelope goes to one of them, as Slack does it."""

    def __init__(self, space: Workspace, journal: Journal) -> None:
        self._space, self._journal = space, journal
        self._open: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.opened = 0

    @property
    def open(self) -> int:
        return len(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its ticket to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._space.tickets or len(self._open) >= MOST:
            await socket.close(1008)
            return
        self._space.tickets.discard(ticket)
        await socket.accept()
        await socket.send_json(self._hello())
        self._open.append(socket)
        self.opened += 1
        self._journal.write("socket", open=len(self._open))
        try:
            while True:
                self._acknowledged(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            if socket in self._open:
                self._open.remove(socket)

    async def deliver(self, kind: str, payload: dict[str, Any], retry: int) -> dict[str, Any]:
        """Send one envelope and wait for its acknowledgement. Raises NoConnection."""
        if not self._open:
            raise NoConnection
        envelope = secrets.token_hex(16)
        wanted = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        sent: dict[str, Any] = {"envelope_id": envelope, "type": kind, "payload": payload}
        sent["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            sent |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        try:
            await secrets.choice(self._open).send_json(sent)
            return await wanted
        finally:
            self._waiting.pop(envelope, None)

    async def hang_up(self, *, politely: bool) -> int:
        """End every connection; how many there were."""
        ending, self._open = self._open, []
        for socket in ending:
            if politely:
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            elif socket.application_state is WebSocketState.CONNECTED:
                await socket.close(1011)
        return len(ending)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._space.app},
        }

    def _acknowledged(self, said: dict[str, Any]) -> None:
        waiting = self._waiting.get(str(said.get("envelope_id", "")))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)
