"""What senders are told. Every refusal says what was wrong and what to do, and changes nothing."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json
from starlette.responses import Response


def answer(status: int, value: Any, *, retry_after: int = 0) -> Response:
    """A JSON answer."""
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return Response(to_json(value), status, headers=headers, media_type="application/json")


def refusal(status: int, error: str, *, do: str = "", retry_after: int = 0) -> Response:
    """A refusal: what was wrong, and what to do about it."""
    return answer(status, {"error": error} | ({"do": do} if do else {}), retry_after=retry_after)


def cause_of(failure: Exception) -> str:
    """What kind of failure, for the log; its words may quote what was sent."""
    return type(getattr(failure, "orig", None) or failure).__name__
