"""``python -m tests.fakes.slack --port P --journal FILE``: prints one JSON line with its addresses, then serves."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from tests.fakes.slack.app import create_app
from tests.fakes.slack.fake import Fake
from tests.fakes.slack.listener import Listener


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where the app calls it; 0: any free port")
    parser.add_argument("--control-port", type=int, default=0, help="open even while the other port refuses")
    parser.add_argument("--journal", type=Path, help="append every call to this file, one JSON line each")
    parser.add_argument("--app-url", default="", help="where interactions and commands are posted")
    parser.add_argument("--signing-secret", default="fake-signing-secret")
    parser.add_argument("--token", default="xoxb-fake-token")
    parser.add_argument("--scopes", default="", help="granted besides the usual, separated by commas")
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=FIGURE", help="see pace.Limits")
    parser.add_argument("--seed", type=int, default=0, help="for faults that strike by chance")
    return parser.parse_args(arguments)


def _prepare(given: argparse.Namespace) -> Fake:
    fake = Fake.create(given.journal, given.seed)
    space = fake.space
    space.app_url, space.signing_secret, space.token = given.app_url, given.signing_secret, given.token
    space.scopes |= {scope for scope in given.scopes.split(",") if scope}
    for limit in given.limit:
        name, _, figure = limit.partition("=")
        kind = type(getattr(fake.pace.limits, name))
        setattr(fake.pace.limits, name, kind(figure))
    return fake


class Newest:
    """The workspace that is reached now. Another takes its place; what the old one still does then, nobody sees."""

    _app: Starlette

    def __init__(self, given: argparse.Namespace) -> None:
        self._given = given
        self._api = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def begin(self, api: str = "", **wanted: str) -> None:
        """A new workspace, with these arguments other than the process was started with."""
        fake = _prepare(argparse.Namespace(**{**vars(self._given), **wanted}))
        fake.api = self._api = api or self._api
        self._app = create_app(fake)


def _controls(newest: Newest, public: Listener, waits: set[asyncio.Task[None]]) -> Starlette:
    """The control address can also close the public one for a while, and begin anew."""

    async def reset(request: Request) -> Response:
        public.cut()
        newest.begin(**await request.json())
        return JSONResponse({"ok": True})

    async def refuse(request: Request) -> Response:
        waiting = asyncio.create_task(public.refuse(float((await request.json())["seconds"])))
        waits.add(waiting)
        waiting.add_done_callback(waits.discard)
        await asyncio.sleep(0)
        return JSONResponse({"ok": True})

    own = [Route("/_control/refuse", refuse, methods=["POST"]), Route("/_control/reset", reset, methods=["POST"])]
    return Starlette(routes=[*own, Mount("/", newest)])


async def serve(given: argparse.Namespace) -> None:
    """Serve until the process is ended."""
    newest = Newest(given)
    public = Listener(newest, port=given.port)
    control = Listener(_controls(newest, public, set()), port=given.control_port)
    await public.open()
    await control.open()
    api = f"http://{public.host}:{public.port}"
    newest.begin(api)
    print(json.dumps({"api": api, "control": f"http://{control.host}:{control.port}"}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(_read(None)))
