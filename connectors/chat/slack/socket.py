"""SlackSocket: the same door without an inbound address, over Slack's Socket Mode.

Slack's own client keeps the connection: it pings, and connects again when Slack asks for it or the line is dead. An
envelope is acknowledged only once its press or command is on disk; one that is not acknowledged was not taken.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from connectors.chat.slack.door import SlackDoor
from connectors.chat.slack.options import SlackOptions
from connectors.contract.failure import Refused
from connectors.contract.message import Inbox
from connectors.contract.source import Answer

_log = logging.getLogger("suture.slack.socket")
_PING_EVERY = 5.0  # seconds; after four without an answer the line is dead


class SlackSocket:
    """One connection of this process; an app may have ten, and Slack sends each envelope to one of them."""

    def __init__(self, options: SlackOptions, door: SlackDoor, *, ping_every: float = _PING_EVERY) -> None:
        self._options, self._door, self._ping_every = options, door, ping_every
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._taking: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def start(self, inbox: Inbox) -> None:
        """Connect behind the scenes: a Slack that is away does not hold up the start. Needs a running loop."""
        self._stopping = False
        client = SocketModeClient(
            app_token=self._options.app_token,
            logger=_client_log(),
            web_client=AsyncWebClient(base_url=self._options.api_url, retry_handlers=[]),
            ping_interval=self._ping_every,
        )

        async def take(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            if self._stopping:
                return  # not taken: whoever pressed sees that and presses again
            task = asyncio.current_task()
            assert task is not None
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
            await self._take(client, request, inbox)

        client.socket_mode_request_listeners.append(take)
        self._client, self._connecting = client, asyncio.create_task(_connect(client))

    async def connected(self) -> bool:
        """Whether Slack can reach us right now."""
        return self._client is not None and await self._client.is_connected()

    async def stop(self) -> None:
        """Answer what was taken, then hang up."""
        self._stopping = True
        if self._taking:
            await asyncio.wait(self._taking)
        if self._client is not None:
            await _hang_up(self._client)
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        self._client = self._connecting = None

    async def _take(self, client: SocketModeClient, request: SocketModeRequest, inbox: Inbox) -> None:
        try:
            answer = await self._door.take(request.payload, inbox)
        except Refused as refused:
            _log.warning("an envelope was refused: %s", refused)
            return
        if answer.status != 200:
            return  # nothing was stored; the person sees that, and what Slack repeats it repeats
        response = SocketModeResponse(request.envelope_id, _payload(answer))
        await client.send_socket_mode_response(response)


async def _connect(client: SocketModeClient) -> None:
    await client.connect()  # type: ignore[no-untyped-call]


async def _hang_up(client: SocketModeClient) -> None:
    await client.close()  # type: ignore[no-untyped-call]


def _payload(answer: Answer) -> dict[str, Any] | None:
    """What rides in the acknowledgement: the same object as in HTTP's answer."""
    if not answer.body:
        return None
    said: dict[str, Any] = json.loads(answer.body)
    return said


def _client_log() -> logging.Logger:
    """Where Slack's client tells of lost connections: without the address it connects to, which holds a ticket."""
    log = logging.getLogger("suture.slack.socket.client")
    log.setLevel(logging.WARNING)
    log.addFilter(_without_address)
    return log


def _without_address(record: logging.LogRecord) -> bool:
    if "ws://" in record.getMessage() or "wss://" in record.getMessage():
        record.msg, record.args = "the connection to Slack failed; it is tried again", ()
    record.exc_info = None
    return True
