"""So many requests at once and no more: the next is told to come again, before anything of it is read.

Requests in progress are counted, not connections: load balancers keep those open, and so does whoever wishes us ill.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.answers import refusal

_ALWAYS = "/healthz"  # a process that is busy is alive, and must not be killed for it


class Crowd:
    """Stands before the whole application."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == _ALWAYS:
            await self._app(scope, receive, send)
            return
        if self._inside >= self._most:
            answer = refusal(503, "too many requests at once", do="send it again", retry_after=2)
            await answer(scope, receive, send)
            return
        self._inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1
