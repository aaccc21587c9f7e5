"""Somebody did something to a ticket in the tracker: read how it stands, and let the case follow as far as it may.

What the tracker told is only a reason to look. A ticket that is done makes its case *claimed fixed*, never fixed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.model.case import case_name
from bot.model.tracker_person import known_person
from bot.response.report import settle
from bot.settings import Settings
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.tickets import keep_looks, news_by_id, record_ticket, settle_news, ticket_by_subject, unlooked
from bot.work.look_changes import Actor, Change, changes_of
from bot.work.ticket_words import TicketWords
from bot.work.verify_claim import VERIFY
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Changed, TicketNow, Tracker, TrackerPerson

log = structlog.get_logger()

LOOK = "tickets.look"
_TRIES = 12  # over about an hour and a half
_LONGEST = 600.0
_WITHOUT_A_WEBHOOK = timedelta(minutes=30)
_BESIDE_A_WEBHOOK = timedelta(hours=6)
_A_FEW = 3  # tickets a sweep, so that looking never takes what Jira allows us for writing


class Look:
    """Reads a ticket that was changed."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        tracker: Tracker | None,
        settings: Settings,
        words: TicketWords,
        clock: Clock,
    ) -> None:
        self._store = store
        self._engine = engine
        self._tracker = tracker
        self._settings = settings
        self._words = words
        self._clock = clock
        self._me = ""  # our own id in the tracker, once it has said it

    async def look(self, news_id: str, attempt: int) -> None:
        """See to one piece of news; comes back by itself while the tracker cannot be read."""
        async with self._store.read() as connection:
            news = await news_by_id(connection, news_id)
            row = await ticket_by_subject(connection, news.subject) if news is not None else None
        if self._tracker is None or news is None or news.outcome or row is None or row.state != "created":
            return
        try:
            await self._see(self._tracker, news, row)
        except (Retriable, Ambiguous) as failure:
            await self._again(news_id, attempt, str(failure), getattr(failure, "after", None))
        except NeedsHuman as failure:
            await self._again(news_id, attempt, str(failure), _LONGEST)

    async def sweep(self) -> None:
        """Look at a few of the tickets that nobody has told us of for long: a webhook may be lost, or not be there."""
        if self._tracker is None:
            return
        every = _BESIDE_A_WEBHOOK if self._settings.jira.webhook_secrets else _WITHOUT_A_WEBHOOK
        now = self._clock()
        async with self._store.read() as connection:
            subjects = await unlooked(connection, now, every, _A_FEW)
        if not subjects:
            return
        async with self._store.write() as connection:
            found = await keep_looks(connection, subjects, now, every)
            await self._engine.enqueue_all(connection, [(LOOK, [each, 0], f"look-{each}-0") for each in found])

    async def _see(self, tracker: Tracker, news: Any, row: Any) -> None:
        self._me = self._me or await asyncio.to_thread(tracker.me)
        if news.by_id == self._me:
            await self._settled(news, "our own")
            return
        now = await asyncio.to_thread(tracker.read, row.number or row.key)
        if now is None:
            await self._words.gone(row)
            await self._settled(news, "gone")
        elif row.kind == "case":
            await self._take(news, now)
        else:
            await self._settled(news, "the ticket of a run: nothing follows from it")

    async def _settled(self, news: Any, outcome: str) -> None:
        async with self._store.write() as connection:
            await settle_news(connection, news.id, outcome)

    async def _again(self, news_id: str, attempt: int, problem: str, after: float | None) -> None:
        wait = after if after is not None else min(_LONGEST, 5.0 * 2**attempt)
        log.info("a ticket could not be looked at", news=news_id, seconds=wait, problem=problem)
        async with self._store.write() as connection:
            if attempt + 1 >= _TRIES:
                await settle_news(connection, news_id, f"never read: {problem}")
                return
            key = f"look-{news_id}-{attempt + 1}"
            await self._engine.enqueue(connection, LOOK, news_id, attempt + 1, key=key, delay=wait)

    async def _take(self, news: Any, ticket: TicketNow) -> None:
        """What is different now and was among what changed, in one transaction."""
        now = self._clock()
        async with self._store.write() as connection:
            row = await ticket_by_subject(connection, news.subject)
            case = await case_by_id(connection, row.case_id, lock=True)
            row = await ticket_by_subject(connection, news.subject)  # as it stands now that the case is ours
            if case is None or row.state != "created":
                return
            changed = frozenset(Changed(each) for each in news.changed)
            found = changes_of(changed, ticket, row, case, self._actor(news), self._settings, now)
            moved = {"key": ticket.key, "url": ticket.url} if ticket.key != row.key else {}
            told = moved | {name: value for each in found for name, value in each.told.items()}
            if told:
                await record_ticket(connection, row.subject, **told)
            if found:
                await self._write(connection, case, news, found, now)
            await settle_news(connection, news.id, ", ".join(each.outcome for each in found) or "nothing new")

    def _actor(self, news: Any) -> Actor:
        told = TrackerPerson(id=news.by_id, name=news.by_name, email=news.by_email) if news.by_id else None
        return Actor(known_person(self._settings.people, told), news.by_name)

    async def _write(
        self, connection: AsyncConnection, case: Mapping[str, Any], news: Any, found: list[Change], now: datetime
    ) -> None:
        """The case moves, its thread is told, and the trail knows whose word it was."""
        changes = {name: value for each in found for name, value in each.case.items()}
        if changes:
            await settle(connection, case, changes, now)
        actor = self._actor(news)
        lines = [
            Line(case["id"], now, actor.id, text, of_ticket=each.known_there) for each in found for text in each.said
        ]
        await add_lines(connection, lines)
        records = [
            audit.Record(
                at=now,
                who=actor.id or f"jira:{news.by_id}",
                act=f"ticket {each.what.value}",
                target=case_name(case["id"]),
                where_from=f"jira:{news.by_id}",
                outcome=each.outcome,
                detail={"news": news.id, "said": list(each.said)},
            )
            for each in found
        ]
        await audit.append(connection, records)
        await raise_case(connection, self._engine, case["id"], case["priority"])
        if any(each.claims for each in found):
            await self._engine.enqueue(connection, VERIFY, case["id"], actor.id, 0, key=f"verify-{news.id}-0")
