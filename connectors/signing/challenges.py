"""Answers to vendors that ask whether we are there: an echo of what they sent, or a word for their ping.

An echo is given before anything is verified, since the vendor signs nothing then: so it is short, of plain characters,
and never HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from connectors.contract.source import Answer, Incoming, SourceOptions

Challenge = Callable[[Incoming, SourceOptions], Answer | None]

_NO_ORIGIN = "the sender's origin (WebHook-Request-Origin) is not in this source's allow list"
_ALLOW_IT = "name it under allow in config/sources.yaml, if it is the sender you expect"
_ECHOED = re.compile(r"[\w.~:/+=@, -]{1,500}", re.ASCII)


def echo_header(header: str, field: str) -> Challenge:
    """A GET with ``header`` is answered ``{"<field>": <its value>}`` (Okta's one-time verification)."""

    def answer(request: Incoming, options: SourceOptions) -> Answer | None:
        value = request.headers.get(header.lower(), "")
        if request.method != "GET" or not _ECHOED.fullmatch(value):
            return None
        return Answer(200, json.dumps({field: value}).encode())

    return answer


def echo_query(name: str) -> Challenge:
    """``?<name>=…`` is answered with its value as plain text (Microsoft Graph's validationToken)."""

    def answer(request: Incoming, options: SourceOptions) -> Answer | None:
        value = request.query.get(name, "")
        return Answer(200, value.encode(), "text/plain") if _ECHOED.fullmatch(value) else None

    return answer


def web_hook_origin() -> Challenge:
    """The OPTIONS that a sender of CloudEvents asks before it delivers (HTTP 1.1 Web Hooks for Event Delivery, §4).

    Only an origin that ``allow`` names may deliver. It is told so at once, and its callback address is not asked for.
    """

    def answer(request: Incoming, options: SourceOptions) -> Answer | None:
        origin = request.headers.get("webhook-request-origin", "").strip()
        if request.method != "OPTIONS" or not origin:
            return None
        if origin.lower() not in {entry.strip().lower() for entry in options.allow}:
            return Answer(403, json.dumps({"error": _NO_ORIGIN, "do": _ALLOW_IT}).encode())
        # We name no rate: under too much load a delivery is answered 503, and sent again.
        allowed = {"webhook-allowed-origin": origin, "webhook-allowed-rate": "*", "allow": "POST"}
        return Answer(200, headers=allowed)

    return answer


def pings(header: str, *values: str) -> Challenge:
    """A verified request whose ``header`` has one of ``values`` is answered 200, and is no alert."""

    def answer(request: Incoming, options: SourceOptions) -> Answer | None:
        return Answer(200, b'{"pong": true}') if request.headers.get(header.lower(), "") in values else None

    return answer
