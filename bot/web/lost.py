"""Addresses at which nothing answers: a page for a person at a browser, JSON for everybody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.console_pages import Pages

_TEXT = {
    404: "Nothing answers at this address. It may have been copied in part.",
    # Where a form was filled, the address is that of the form's answer: a tab opened again comes here by GET.
    405: "This address only takes what a button sends. Nothing was done; open the page again, and press it there.",
}


def lost(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What the application says instead of the framework's own words, while it has a console."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code not in _TEXT or "text/html" not in request.headers.get("accept", ""):
            return await http_exception_handler(request, error)
        page = pages.refusal(error.status_code, "Nothing to see here", _TEXT[error.status_code])
        page.headers.update(error.headers or {})  # Allow
        return page

    return answer
