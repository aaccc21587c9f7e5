"""A tracker tells that something happened to a ticket: verify the bytes, write it down, answer. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.engine import Engine
from bot.settings import Jira
from bot.store.db import Store
from bot.store.refusals import NOT_DONE
from bot.store.tickets import keep_news
from bot.web.answers import answer, cause_of, refusal
from bot.web.reading_bodies import BodyRefused, whole_body
from bot.web.senders import incoming_of
from connectors.contract.failure import NotThisFormat, Refused
from connectors.contract.source import Keys, SourceOptions
from connectors.contract.ticket import TicketNews, Tracker

log = structlog.get_logger()
_LOOK = "tickets.look"
_BODY_BYTES = 1024 * 1024  # a webhook holds the whole issue; one with more in it than this is not a ticket of ours


class TrackerNews:
    """``POST /v1/trackers/jira``, signed with the secret of the administrator's webhook."""

    def __init__(
        self,
        tracker: Tracker | None,
        settings: Jira,
        store: Store,
        engine: Engine,
        keys: Keys,
        clock: Callable[[], datetime],
    ) -> None:
        self._tracker = tracker
        self._options = SourceOptions(secrets=tuple(secret.reveal() for secret in settings.webhook_secrets))
        self._store = store
        self._engine = engine
        self._keys = keys
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        """202 once the news are on disk and somebody has been asked to look; 200 where they are not about us."""
        if self._tracker is None or not self._options.secrets:
            return refusal(
                404, "no tracker is listened to", do="set jira and its webhook_secrets in config/suture.yaml"
            )
        try:
            incoming = incoming_of(request, await whole_body(request, _BODY_BYTES))
            await self._tracker.verifier(incoming, self._options, self._clock(), self._keys)
            return await self._write(self._tracker.news(incoming.headers, incoming.body))
        except BodyRefused as refused:
            return refusal(refused.status, str(refused), do=refused.do)
        except Refused as refused:
            log.warning("a tracker's news refused", reason=str(refused))
            return refusal(401, str(refused), do="give the webhook one of jira.webhook_secrets")
        except NotThisFormat as failure:
            return refusal(400, str(failure), do="send what Jira's webhook sends")
        except NOT_DONE as failure:
            log.error("a tracker's news not stored", problem=cause_of(failure))
            return refusal(503, "the database did not take it", do="send it again", retry_after=5)

    async def _write(self, news: TicketNews | None) -> Response:
        if news is None:
            return answer(200, {"ticket": None})
        async with self._store.write() as connection:
            subject, fresh = await keep_news(connection, news, self._clock())
            if fresh:
                await self._engine.enqueue(connection, _LOOK, news.id, 0, key=f"look-{news.id}-0")
        if not subject:
            return answer(200, {"ticket": None})
        return answer(202, {"ticket": news.ticket, "repeated": not fresh})
