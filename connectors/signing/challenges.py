"""Answers to vendors that ask whether we are there: an echo of what they sent, or a word for their ping.

An echo is given before anything is verified, since the vendor signs nothing then: so it is short, of plain characters,
and never HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from connectors.contract.source import Answer, Incoming, SourceOptions

_ECHOED = re.compile(r"[\w.~:/+=@, -]{1,500}", re.ASCII)


def echo_header(header: str, field: str) -> Callable[[Incoming], Answer | None]:
    """A GET with ``header`` is answered ``{"<field>": <its value>}`` (Okta's one-time verification)."""

    def answer(request: Incoming) -> Answer | None:
        value = request.headers.get(header.lower(), "")
        if request.method != "GET" or not _ECHOED.fullmatch(value):
            return None
        return Answer(200, json.dumps({field: value}).encode())

    return answer


def echo_query(name: str) -> Callable[[Incoming], Answer | None]:
    """``?<name>=…`` is answered with its value as plain text (Microsoft Graph's validationToken)."""

    def answer(request: Incoming) -> Answer | None:
        value = request.query.get(name, "")
        return Answer(200, value.encode(), "text/plain") if _ECHOED.fullmatch(value) else None

    return answer


def pings(header: str, *values: str) -> Callable[[Incoming, SourceOptions], Answer | None]:
    """A verified request whose ``header`` has one of ``values`` is answered 200, and is no alert."""

    def answer(request: Incoming, options: SourceOptions) -> Answer | None:
        return Answer(200, b'{"pong": true}') if request.headers.get(header.lower(), "") in values else None

    return answer
