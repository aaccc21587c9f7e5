"""Rendering: templates that escape everything, headers that forbid everything the pages do not need, our own CSS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import Response

from bot.views.times import at_minute, span_words, with_distance
from connectors.text import visible

_HERE = Path(__file__).parent
_STATIC = {"console.css": "text/css", "suture.svg": "image/svg+xml"}

# Referrer-Policy is not no-referrer: with that, browsers send "Origin: null" with our own forms (Fetch, "append a
# request Origin header"), and the door could not tell them from strangers'. Nothing leaves this origin either way.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Pages:
    """Pages made of the templates, and the files beside them."""

    def __init__(self, clock: Callable[[], datetime], *, provider: str = "") -> None:
        self._clock = clock
        self._files = {name: (_HERE / "static" / name).read_bytes() for name in _STATIC}
        version = hashlib.sha256(b"".join(self._files.values())).hexdigest()[:12]
        self._everywhere = {"visitor": None, "refresh": 0, "said": None, "version": version, "provider": provider}

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page with its headers. Every value is escaped where it is printed."""
        shown = self._everywhere | {"at": self._clock()} | values
        text = _templates().get_template(template).render(shown)
        return Response(text, status, headers=HEADERS, media_type="text/html")

    def refusal(self, status: int, title: str, text: str, **values: Any) -> Response:
        """A page that says what was wrong and what to do."""
        return self.page("refusal.html", status, title=title, text=text, **values)

    async def static(self, request: Request) -> Response:
        """Our CSS and mark; their address carries their digest, so they may be kept for ever."""
        name = str(request.path_params["name"])
        if name not in self._files:
            return self.refusal(404, "Not found", "There is no such file.")
        headers = HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(self._files[name], headers=headers, media_type=_STATIC[name])

    def distance(self, moment: datetime) -> str:
        """A time and how far away it is."""
        return with_distance(moment, self._clock())


@cache
def _templates() -> Environment:
    """The templates, compiled once for every console of the process."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        auto_reload=False,  # a page is made of one set of templates, whatever happens on disk meanwhile
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"at_minute": at_minute, "distance": _distance, "span": span_words}
    templates.tests["web_address"] = is_web_address
    templates.tests["moment"] = lambda value: isinstance(value, datetime)
    return templates


@pass_context
def _distance(page: Context, moment: datetime) -> str:
    """A time and how far away it is from the page's own."""
    return with_distance(moment, page["at"])


def _seen(value: Any) -> Any:
    """A printed value without what nobody sees; markup of our own stays as it is."""
    return visible(value) if type(value) is str else value


def is_web_address(url: object) -> bool:
    """Whether a link may be a link: http or https and nothing else (never ``javascript:``)."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def moved(address: str) -> Response:
    """Go and look there: the answer to every accepted POST, so that reloading repeats nothing (303)."""
    return Response(status_code=303, headers=HEADERS | {"Location": address})
