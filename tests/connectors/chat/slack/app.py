"""An app with nothing behind its door but an inbox that remembers, served in a thread for the fake Slack to post to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.chat.slack import SlackChat, SlackDoor, SlackOptions
from connectors.contract.failure import Refused
from connectors.contract.message import Click, Command, Form, Identity, Message
from connectors.contract.source import Incoming
from tests.fakes.slack.listener import Listener


class Remembering:
    """An Inbox that is durable by never dying. ``delay`` seconds is how long storing takes."""

    def __init__(self) -> None:
        self.clicks: list[Click] = []
        self.commands: list[Command] = []
        self.visits: list[Identity] = []
        self.sections: Sequence[Message] = ()
        self.says: Message | Form | None = None
        self.delay = 0.0
        self.fails: Exception | None = None
        self.then: Callable[[Click], Awaitable[None]] | None = None

    async def click(self, click: Click) -> Message | Form | None:
        await self._store()
        self.clicks.append(click)
        if self.then:
            await self.then(click)
        return self.says

    async def command(self, command: Command) -> Message | None:
        await self._store()
        self.commands.append(command)
        assert not isinstance(self.says, Form), "a command opens no form"
        return self.says

    async def home(self, actor: Identity) -> Sequence[Message]:
        self.visits.append(actor)
        if self.fails:
            raise self.fails
        return self.sections

    async def _store(self) -> None:
        await asyncio.sleep(self.delay)
        if self.fails:
            raise self.fails


class DoorApp:
    """The door at ``/slack/events`` of a free port; 401 for what it refuses."""

    def __init__(self, options: SlackOptions) -> None:
        self.inbox, self.refusals = Remembering(), list[str]()
        self.chat = SlackChat(options)
        self.door = SlackDoor(options, self.chat)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def start(self) -> DoorApp:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        routes = [Route("/slack/events", self._take, methods=["GET", "POST"])]
        listener = Listener(Starlette(routes=routes))
        await listener.open()
        self.url = f"http://127.0.0.1:{listener.port}/slack/events"
        self._ready.set()
        await self._over.wait()
        await self.door.settle()
        listener.close()
        await asyncio.sleep(0)

    async def _take(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        incoming = Incoming(request.method, headers, dict(request.query_params), await request.body())
        try:
            answer = await self.door.receive(incoming, self.inbox, datetime.now(UTC))
        except Refused as problem:
            self.refusals.append(str(problem))
            return Response(status_code=401)
        return Response(answer.body, answer.status, media_type=answer.content_type)
