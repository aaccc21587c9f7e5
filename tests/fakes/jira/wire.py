"""Around the whole fake: journal, credentials and faults, on the bare connection, so that an answer can be lost."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.journal import Journal
from tests.fakes.jira.state import Jira

OPERATIONS = (
    ("create", "POST", r"/issue"),
    ("read", "GET", r"/issue/[^/]+"),
    ("property", "PUT", r"/issue/[^/]+/properties/.+"),
    ("link", "POST", r"/issue/[^/]+/remotelink"),
    ("comment", "POST", r"/issue/[^/]+/comment"),
    ("comments", "GET", r"/issue/[^/]+/comment"),
    ("ways", "GET", r"/issue/[^/]+/transitions"),
    ("go", "POST", r"/issue/[^/]+/transitions"),
    ("assign", "PUT", r"/issue/[^/]+/assignee"),
    ("edit", "PUT", r"/issue/[^/]+"),
    ("people", "GET", r"/user/search"),
    ("search", "GET|POST", r"/search(/jql)?"),
    ("server_info", "GET", r"/serverInfo"),
    ("myself", "GET", r"/myself"),
    ("issue_types", "GET", r"/issue/createmeta/[^/]+/issuetypes.*"),
)


def operation_of(method: str, path: str) -> str:
    """Our name of a call, or "other"."""
    rest = re.sub(r"^/rest/api/(2|3|latest)", "", path)
    for name, methods, pattern in OPERATIONS:
        if re.fullmatch(methods, method) and re.fullmatch(pattern, rest):
            return name
    return "other"


class Wire:
    """The outermost application: it reaches through uvicorn's ``send`` to the transport to drop a connection."""

    def __init__(self, app: ASGIApp, jira: Jira, faults: Faults, journal: Journal) -> None:
        self._app, self._jira, self._faults, self._journal = app, jira, faults, journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_control"):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        operation = operation_of(scope["method"], scope["path"])
        self._journal.write(self._line(scope, operation, body))
        fault = await self._faults.strike(operation)
        if fault is not None and fault.kind == "drop":
            _drop(send)
        elif fault is not None and fault.kind == "answer":
            await _answer(fault)(scope, receive, send)
        elif (refusal := self._refusal(scope, operation)) is not None:
            await refusal(scope, receive, send)
        else:
            await self._act(scope, _again(body), send, fault)

    def _line(self, scope: Scope, operation: str, body: bytes) -> dict[str, Any]:
        return {
            "at": self._jira.time().isoformat(),
            "operation": operation,
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "scheme": _header(scope, b"authorization").partition(" ")[0],
            "body": json.loads(body) if body else None,
        }

    def _refusal(self, scope: Scope, operation: str) -> JSONResponse | None:
        if operation == "server_info" or _header(scope, b"authorization") == self._jira.authorization():
            return None
        said = "Client must be authenticated to access this resource."
        return JSONResponse(
            {"message": said, "status-code": 401}, 401, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        )

    async def _act(self, scope: Scope, receive: Receive, send: Send, fault: Fault | None) -> None:
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._app(scope, receive, keep)
        if fault is not None and fault.kind == "lose_answer":
            _drop(send)
        elif fault is not None and fault.kind == "answer_after":
            await _answer(fault)(scope, receive, send)
        elif fault is not None and fault.kind == "cut_answer":
            await send(kept[0])
            await send({"type": "http.response.body", "body": kept[1]["body"][:5], "more_body": True})
            send.__self__.transport.close()  # type: ignore[attr-defined]
        else:
            for message in kept:
                await send(message)


def _answer(fault: Fault) -> JSONResponse:
    return JSONResponse(fault.body if fault.body is not None else {}, fault.status, fault.headers)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _drop(send: Send) -> None:
    send.__self__.transport.abort()  # type: ignore[attr-defined]
