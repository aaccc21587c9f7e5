"""Reading a request's body within its limit: what is too large is refused before it is read whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

_DEADLINE = 30.0  # seconds for a whole body: uvicorn itself would wait for ever


class BodyRefused(Exception):
    """A body we do not take: ``status`` and what to tell the sender."""

    def __init__(self, status: int, error: str, do: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.do = do


def check_declared(request: Request, limit: int) -> None:
    """Refuse by its headers alone what is compressed or declares too much. Raises BodyRefused."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise BodyRefused(415, f"Content-Encoding {coding[:40]!r} is not taken", "send the body uncompressed")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise too_large(limit)


def too_large(limit: int) -> BodyRefused:
    """The refusal of a body over ``limit`` bytes."""
    return BodyRefused(413, f"the body is over the limit of {limit} bytes", "send less at once, or raise the limit")


async def pieces(request: Request, limit: int, deadline: float = _DEADLINE) -> AsyncIterator[bytes]:
    """The body piece by piece. Raises BodyRefused as soon as it is over ``limit``, too slow, or cut off."""
    check_declared(request, limit)
    size = 0
    try:
        async with asyncio.timeout(deadline):
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise too_large(limit)
                yield piece
    except TimeoutError:
        raise BodyRefused(408, f"the body did not arrive within {deadline:.0f} seconds", "send it again") from None
    except ClientDisconnect:
        raise BodyRefused(400, "the connection was closed in the middle of the body") from None


async def whole_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises BodyRefused."""
    return b"".join([piece async for piece in pieces(request, limit)])
