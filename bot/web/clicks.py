"""A click comes in from a chat: its door verifies the bytes and hands it to the inbox. This room decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.store.refusals import NOT_DONE
from bot.web.answers import cause_of, refusal
from bot.web.reading_bodies import BodyRefused, whole_body
from bot.web.senders import incoming_of
from connectors.contract.failure import Refused
from connectors.contract.message import Inbox
from connectors.contract.source import Answer, Incoming

log = structlog.get_logger()
_LARGEST = 256 * 1024


class Door(Protocol):
    """How a chat takes what its platform sends."""

    async def receive(self, request: Incoming, inbox: Inbox, now: datetime) -> Answer:
        """The platform's own answer. Raises Refused for what is not the platform's."""


class SlackClicks:
    """``POST /slack/events``: events, buttons, forms and commands, all at one address. Socket Mode needs it not."""

    def __init__(self, door: Door, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._inbox = inbox
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        """Slack's own answer, within its three seconds; 401 for what is not Slack's."""
        try:
            incoming = incoming_of(request, await whole_body(request, _LARGEST))
            said = await self._door.receive(incoming, self._inbox, self._clock())
        except BodyRefused as refused:
            return refusal(refused.status, str(refused), do=refused.do)
        except Refused as refused:
            log.warning("click refused", reason=str(refused))
            return refusal(401, "this is not signed by our Slack app", do="check slack.signing_secrets")
        except NOT_DONE as failure:
            log.error("click not stored", problem=cause_of(failure))
            return refusal(503, "the database did not take it", retry_after=1)
        return Response(said.body, said.status, media_type=said.content_type)
