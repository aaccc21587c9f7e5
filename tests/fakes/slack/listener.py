"""A listening address that can be closed and opened again: to a caller, a Slack that refuses connections."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.fakes.own_process import KEEPS_CONNECTIONS


class WithTransport(HttpToolsProtocol):
    """Shows the app its connection, so that a fault can cut it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"tests.transport": {"transport": self.transport}}


class Listener:
    """One address with the app behind it."""

    def __init__(self, app: Any, host: str = "127.0.0.1", port: int = 0) -> None:
        self._config = Config(
            app,
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEPS_CONNECTIONS,
        )
        self._config.load()
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self.host, self.port = host, port

    async def open(self) -> None:
        """Listen; the first time on any free port when none was asked for."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self.host, self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and cut what is connected."""
        if self._server:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """End every connection there is."""
        for connection in list(self._state.connections):
            connection.transport.abort()

    async def refuse(self, seconds: float) -> None:
        self.close()
        await asyncio.sleep(seconds)
        await self.open()

    def _protocol(self) -> asyncio.Protocol:
        return WithTransport(config=self._config, server_state=self._state, app_state={})
