"""The HTTP side: ``/api/{method}`` and response URLs, with the faults that were asked for, and ``/_control``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from tests.fakes.slack import chat_methods
from tests.fakes.slack.arguments import presented_token, read_arguments
from tests.fakes.slack.control import control_routes
from tests.fakes.slack.errors import SlackError, TooFast
from tests.fakes.slack.fake import Fake
from tests.fakes.slack.faults import Fault, Kind
from tests.fakes.slack.journal import shown
from tests.fakes.slack.methods import call

APP_METHODS = frozenset({"apps.connections.open"})  # called with the app's token, not the bot's


class Dropped(Response):
    """No answer: the connection is reset under the caller."""

    def __init__(self) -> None:
        super().__init__(status_code=200)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"]["tests.transport"]["transport"].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Half(Response):
    """An answer that promises more than it sends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok": tr', "more_body": True})
        scope["extensions"]["tests.transport"]["transport"].close()
        while (await receive())["type"] != "http.disconnect":
            pass


def create_app(fake: Fake) -> Starlette:
    async def api(request: Request) -> Response:
        return await _web_api(fake, request)

    async def hook(request: Request) -> Response:
        return await _respond(fake, request)

    async def upload(request: Request) -> Response:
        return await _upload(fake, request)

    return Starlette(
        routes=[
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/actions/{rest:path}", hook, methods=["POST"]),
            Route("/upload/v1/{file}", upload, methods=["POST"]),
            WebSocketRoute("/link/", fake.sockets.serve),
            *control_routes(fake),
        ]
    )


async def _web_api(fake: Fake, request: Request) -> Response:
    method = request.path_params["method"]
    try:
        arguments = await read_arguments(request)
    except SlackError as problem:
        return JSONResponse(problem.body())
    number = fake.journal.write("call", method=method, arguments=shown(arguments))
    fault = fake.faults.strike(method, str(arguments.get("channel", "")))
    return await _with_fault(fake, fault, lambda: _run(fake, request, method, arguments), number)


def _run(fake: Fake, request: Request, method: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body of one call that meets no fault."""
    token = presented_token(request, arguments)
    try:
        if not token:
            raise SlackError("not_authed")
        if token != (fake.space.app_token if method in APP_METHODS else fake.space.token):
            raise SlackError("invalid_auth")
        fake.pace.check(method, str(arguments.get("channel", "")))
        answer = call(fake.space, method, arguments)
        if method in APP_METHODS:
            answer["url"] = fake.api.replace("http", "ws", 1) + answer["url"]
        if "upload_url" in answer:
            answer["upload_url"] = fake.api + answer["upload_url"]
        return 200, answer
    except SlackError as problem:
        return 200, problem.body()
    except TooFast as problem:
        return 429, {"ok": False, "error": "ratelimited", "after": problem.after}


async def _with_fault(
    fake: Fake, fault: Fault | None, run: Callable[[], tuple[int, dict[str, Any]]], number: int
) -> Response:
    if fault and fault.kind == Kind.LATENCY:
        await asyncio.sleep(fault.seconds)
    instead = _instead(fault)
    if instead is not None:
        fake.journal.write("answer", call=number, done=False, fault=fault.kind if fault else "")
        return instead
    status, body = run()
    fake.journal.write(
        "answer",
        call=number,
        done=bool(body["ok"]),
        error=body.get("error", ""),
        ts=body.get("ts", ""),
        fault=fault.kind if fault else "",
    )
    return _afterwards(fault) or _answer(status, body)


def _answer(status: int, body: dict[str, Any]) -> Response:
    after = body.pop("after", None)
    return JSONResponse(body, status, {"retry-after": str(after)} if after else None)


def _instead(fault: Fault | None) -> Response | None:
    """What comes in place of doing anything."""
    match fault:
        case Fault(kind=Kind.STATUS_BEFORE):
            return PlainTextResponse("upstream error", fault.status, media_type="text/html")
        case Fault(kind=Kind.DROP_BEFORE):
            return Dropped()
        case Fault(kind=Kind.ERROR):
            return JSONResponse({"ok": False, "error": fault.error})
        case Fault(kind=Kind.RATELIMITED):
            return _answer(429, {"ok": False, "error": "ratelimited", "after": max(1, int(fault.seconds))})
    return None


def _afterwards(fault: Fault | None) -> Response | None:
    """What comes in place of the answer, when the thing was done."""
    match fault:
        case Fault(kind=Kind.STATUS_AFTER):
            return PlainTextResponse("upstream error", fault.status, media_type="text/html")
        case Fault(kind=Kind.DROP_AFTER):
            return Dropped()
        case Fault(kind=Kind.HALF_ANSWER):
            return Half()
    return None


async def _upload(fake: Fake, request: Request) -> Response:
    """The bytes of a file, at the address that was given out for it."""
    file = fake.space.files.get(request.path_params["file"])
    content = await request.body()
    if file is None or file.uploaded or len(content) != file.length:
        return PlainTextResponse("wrong file or length", 400)
    file.content, file.uploaded = content.decode(), True
    return PlainTextResponse(f"OK - {len(content)}")


async def _respond(fake: Fake, request: Request) -> Response:
    found = fake.space.hooks.get(request.url.path)
    if found is None:
        return PlainTextResponse("no_team", 404)
    try:
        arguments = await read_arguments(request)
        number = fake.journal.write("call", method="response_url", arguments=shown(arguments))
        fault = fake.faults.strike("response_url", found.channel)
        instead = _instead(fault)
        if instead is not None:
            return instead
        chat_methods.respond(fake.space, found, arguments)
        fake.journal.write("answer", call=number, done=True, error="", ts="", fault=fault.kind if fault else "")
    except SlackError as problem:
        gone = problem.name in ("used_url", "expired_url")
        return JSONResponse(problem.body(), 404 if gone else 200)
    return _afterwards(fault) or PlainTextResponse("ok")
