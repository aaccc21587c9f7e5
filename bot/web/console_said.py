"""An answer on its way to the next page: in a signed cookie for half a minute, never in an address."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.responses import Response

from bot.web.console_door import Visitor
from connectors.contract.message import Level, Message, Notice

_COOKIE = "suture_said"
_SECONDS = 30
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence and how it is meant."""

    level: Level
    text: str


def said_of(message: Message) -> Said:
    """A private answer as one sentence."""
    level = next((part.level for part in message.parts if isinstance(part, Notice)), Level.INFO)
    return Said(level, message.text[:_LONGEST])


def hand_on(answer: Response, said: Said, visitor: Visitor, *, secure: bool) -> Response:
    """Give the answer to the page that comes next."""
    body = urlsafe_b64encode(to_json([said.level.value, said.text])).decode()
    value = f"{body}.{_signature(body, visitor)}"
    answer.set_cookie(_COOKIE, value, max_age=_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def take(request: Request, visitor: Visitor) -> Said | None:
    """What was handed on to this person's page; None when nothing was, or somebody else wrote it."""
    body, _, signature = request.cookies.get(_COOKIE, "").partition(".")
    if not body or not hmac.compare_digest(signature.encode(), _signature(body, visitor).encode()):
        return None
    level, text = from_json(urlsafe_b64decode(body))
    return Said(Level(level), text)


def forget(answer: Response) -> Response:
    """It was said."""
    answer.delete_cookie(_COOKIE, path="/")
    return answer


def _signature(body: str, visitor: Visitor) -> str:
    return hmac.new(visitor.token.encode(), b"said " + body.encode(), hashlib.sha256).hexdigest()
