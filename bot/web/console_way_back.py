"""The page somebody wanted before they had to sign in, kept in their own browser: every way in leads back to it.

A link that signs in is made elsewhere and knows nothing of that page, so the browser has to remember it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

_LASTS = timedelta(minutes=30)  # somebody has to fetch a link, which is good for fifteen
_OUR_PAGE = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9/._~%-]{0,300})?(?:\?[A-Za-z0-9=&._~%+-]{0,500})?", re.ASCII)


def is_our_page(address: str) -> bool:
    """Whether it is a page of this console: a path that no browser takes for another host's address."""
    return bool(_OUR_PAGE.fullmatch(address))


def keep_in_mind(answer: Response, page: str, public_url: str) -> None:
    """The browser brings it back when the person has signed in."""
    value = urlsafe_b64encode(page.encode()).decode()
    _set(answer, value, _LASTS, public_url)


def way_back(request: Request, public_url: str) -> str:
    """The page that this browser wanted; "/" when it wanted none, or holds what is no page of ours."""
    try:
        page = urlsafe_b64decode(request.cookies.get(_name(public_url), "").encode()).decode("ascii")
    except ValueError:
        return "/"
    return page if is_our_page(page) else "/"


def forget_way_back(answer: Response, public_url: str) -> None:
    """They are there."""
    _set(answer, "", timedelta(), public_url)


def _set(answer: Response, value: str, lasts: timedelta, public_url: str) -> None:
    answer.set_cookie(
        _name(public_url),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def _name(public_url: str) -> str:
    """Behind https with the prefix that no neighbour of this host can write (RFC 6265bis, 4.1.3.2)."""
    return "__Host-suture-to" if public_url.startswith("https://") else "suture_to"
