"""One durable drain a channel: most urgent first, post once, then edit in place, a thread line per thing that happened.

The message row is the truth. Work may run again after a crash, so before each send the row says what is about to be on
the wire; what it still says when we come back is looked up at the platform before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import metrics
from bot.engine import Clock, Engine
from bot.model.case import case_name
from bot.model.case_view import CaseView, HistoryLine
from bot.response.viewing import See, Seen
from bot.store import drain as rows
from bot.store.db import Store
from bot.store.outbox import DRAIN
from bot.views.card import case_card
from bot.views.direct import direct_card
from bot.views.lasting import lasting_card, news_card
from bot.views.thread import thread_line
from bot.work.reach import Reach
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Chat, Message, MessageKey

log = structlog.get_logger()

ROOT = "root"
_LINE = "line-"
_SLICE = 200  # messages one piece of work sends before it hands over to the next
_PATIENCE = 5.0  # seconds a drain waits itself; longer waits are given back to the engine
_FIRST_RETRY = 1.0
_LONGEST_RETRY = 600.0
_MOST_PAUSES = 6  # of a channel for one message; with the doubled waits, about a minute

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two sends to one channel, by chat. Slack allows one a second."""

    by_chat: Mapping[str, float]

    def of(self, chat: str) -> float:
        return self.by_chat.get(chat, 0.0)


class Deliver:
    """Brings cases to the chats."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        chats: Mapping[str, Chat],
        see: See,
        clock: Clock,
        sleep: Sleep,
        pace: Pace,
        reach: Reach,
        *,
        possible_repeat: bool = True,
    ) -> None:
        self._store = store
        self._engine = engine
        self._chats = chats
        self._see = see
        self._clock = clock
        self._sleep = sleep
        self._pace = pace
        self._reach = reach
        self._possible_repeat = possible_repeat

    async def drain(self, chat: str, channel: str, key: str) -> None:
        """Send what waits in one channel, until nothing does.

        ``key`` is this drain's own: after a crash an older one may be run again beside its successor, and then the
        channel's row says which of them it belongs to. The other leaves without touching anything.
        """
        try:
            await self._drain(chat, channel, key)
        except rows.NotOurs:
            log.info("the channel has another drain by now", channel=channel)

    async def _drain(self, chat: str, channel: str, key: str) -> None:
        for _ in range(_SLICE):
            now = self._clock()
            async with self._store.read() as connection:
                held = await rows.held(connection, chat, channel, key)
                paused = held.not_before is not None and held.not_before > now
                waiting = None if paused else await rows.next_waiting(connection, chat, channel, now)
                seen = await self._see(connection, waiting.case_id) if waiting else None
                later = held.not_before if paused else None
                if waiting is None and not paused:
                    later = await rows.next_due(connection, chat, channel)
            if waiting is not None:
                if await self._send(waiting, seen, key):
                    await self._sleep(self._pace.of(chat))
            elif later is not None and (later - now).total_seconds() <= _PATIENCE:
                await self._sleep(max(0.01, (later - now).total_seconds()))
            elif await self._rest(chat, channel, key, later):
                return
        await self._hand_over(chat, channel, key, 0)

    async def _rest(self, chat: str, channel: str, key: str, later: datetime | None) -> bool:
        """Fall asleep unless something arrived meanwhile; true when asleep or when the engine will come back."""
        if later is not None:
            await self._hand_over(chat, channel, key, (later - self._clock()).total_seconds())
            return True
        async with self._store.write() as connection:
            return await rows.fall_asleep(connection, chat, channel, key)

    async def _hand_over(self, chat: str, channel: str, key: str, delay: float) -> None:
        """A successor takes the channel over, now or later."""
        async with self._store.write() as connection:
            successor = await rows.pass_on(connection, chat, channel, key)
            if successor:
                await self._engine.enqueue(connection, DRAIN, chat, channel, successor, key=successor, delay=delay)

    async def _send(self, row: Any, seen: Seen | None, drain: str) -> bool:
        """Bring one message up to date; true when the platform was asked for something."""
        chat = self._chats.get(row.chat)
        if chat is None:
            await self._stuck(row, f"the chat {row.chat!r} is not enabled")
            return False
        if seen is None:
            await self._stuck(row, "its case is gone")
            return False
        outcome, asked = "sent", True
        try:
            asked = await self._bring_up(chat, row, seen, drain)
        except Retriable as failure:
            outcome = "postponed"
            await self._later(row, str(failure), failure.after, channel=row.attempts < _MOST_PAUSES)
        except Ambiguous as failure:
            outcome = "answer lost"
            await self._later(row, f"the answer was lost: {failure}", None, keep_sending=True)
        except NeedsHuman as failure:
            outcome = "needs a person"
            await self._stuck(row, str(failure))
        if asked:
            metrics.SENDS.labels(row.chat, outcome).inc()
        return asked

    async def _bring_up(self, chat: Chat, row: Any, seen: Seen, drain: str) -> bool:
        """Post the card, or edit it and say in its thread what happened since; one-way: post what must be known.

        False when there was nothing to ask the platform for."""
        where, card = await self._card(chat, row, seen)
        if not row.platform_id:
            platform_id, found = await self._post_once(chat, where, row, card, seen, drain)
            async with self._store.write() as connection:
                await rows.posted(connection, row, platform_id, self._clock(), found=found)
            return True
        if seen.new:
            async with self._store.write() as connection:
                await seen.keep(connection)
        if chat.edits:
            await chat.edit(where, row.platform_id, card)
        told, asked = await self._tell_on(chat, row, seen, drain)
        async with self._store.write() as connection:
            await rows.sent(connection, row, told)
        return asked

    async def _card(self, chat: Chat, row: Any, seen: Seen) -> tuple[str, Message]:
        """Where the message belongs, and what it says there."""
        if row.direct:
            return await self._reach.channel(chat, row.channel), direct_card(seen.view)
        card = (case_card if chat.edits else lasting_card)(seen.view, seen.offers, self._clock())
        return row.channel, card

    async def _tell_on(self, chat: Chat, row: Any, seen: Seen, drain: str) -> tuple[int, bool]:
        """What happened since, in the thread or as news; directly nothing. The last line told, and whether we asked."""
        if row.direct:
            return int(row.told_history), True
        if chat.edits:
            return await self._say_lines(chat, row, seen.view, drain), True
        return await self._post_news(chat, row, seen, drain)

    async def _post_once(
        self, chat: Chat, where: str, row: Any, card: Message, seen: Seen, drain: str
    ) -> tuple[str, bool]:
        """The platform's id of the message, and whether it was found there again after its answer had been lost."""
        key = MessageKey(seen.view.name, ROOT)
        found, repeat = await self._look(chat, where, key) if row.sending == ROOT else (None, False)
        if found:
            return found, True
        async with self._store.write() as connection:
            await seen.keep(connection)
            if row.sending != ROOT:
                shown = seen.view.history[-1].id if seen.view.history else 0
                await rows.about_to_send(connection, row, ROOT, drain, told_history=shown)
        return await chat.post(where, card, key, repeat=repeat), False

    async def _look(self, chat: Chat, where: str, key: MessageKey, thread: str = "") -> tuple[str | None, bool]:
        """Where a lost message is; else whether its second copy must be marked as a possible repeat."""
        try:
            return await chat.find(where, key, thread), False
        except NeedsHuman:
            if not self._possible_repeat:
                raise
            return None, True

    async def _say_lines(self, chat: Chat, row: Any, view: CaseView, drain: str) -> int:
        """What happened since the thread was last told, as one line of the thread; returns the last line told.

        Only what this view knows is told: a line that was written since waits for the revision that came with it.
        """
        lines = _after(view.history, row.told_history)
        if not lines:
            return int(row.told_history)
        last = lines[-1].id
        repeat = False
        # A line that was on its way when its answer got lost is looked for; newer lines are said beside it.
        if row.sending.startswith(_LINE):
            found, repeat = await self._look(chat, row.channel, MessageKey(view.name, row.sending), row.platform_id)
            if found:
                lines = _after(lines, int(row.sending.removeprefix(_LINE)))
                if not lines:
                    return last
        part = f"{_LINE}{last}"
        async with self._store.write() as connection:
            await rows.about_to_send(connection, row, part, drain)
        await self._sleep(self._pace.of(row.chat))
        line = thread_line(await self._reach.called(lines, row.chat), row.chat, repeat=repeat)
        await chat.say(row.channel, row.platform_id, line, MessageKey(view.name, part))
        return last

    async def _post_news(self, chat: Chat, row: Any, seen: Seen, drain: str) -> tuple[int, bool]:
        """A chat that cannot edit gets a short new card of what must be heard or calls somebody, and nothing else.

        Returns the last line it knows of now, and whether there was anything to post."""
        lines = _after(seen.view.history, row.told_history)
        aloud = [line for line in lines if line.aloud or line.calls is not None]
        last = lines[-1].id if lines else int(row.told_history)
        if not aloud:
            return last, False
        key = MessageKey(seen.view.name, f"{_LINE}{aloud[-1].id}")
        _, repeat = await self._look(chat, row.channel, key) if row.sending.startswith(_LINE) else (None, False)
        async with self._store.write() as connection:
            await rows.about_to_send(connection, row, key.part, drain)
        await chat.post(row.channel, news_card(aloud, seen.view, seen.offers, self._clock()), key, repeat=repeat)
        return last, True

    async def _later(
        self, row: Any, problem: str, after: float | None, *, keep_sending: bool = False, channel: bool = False
    ) -> None:
        """Try again after what the platform asked for, else a little longer each time.

        ``channel``: nothing was taken, so the whole channel waits. One message that is never taken does not stop the
        others for ever: after some times it waits alone.
        """
        wait = after if after is not None else min(_LONGEST_RETRY, _FIRST_RETRY * 2**row.attempts)
        log.info("delivery postponed", case=case_name(row.case_id), channel=row.channel, seconds=wait, problem=problem)
        until = self._clock() + timedelta(seconds=wait)
        async with self._store.write() as connection:
            if channel:
                await rows.pause(connection, row, until, problem)
            else:
                await rows.postpone(connection, row, until, problem, keep_sending=keep_sending)

    async def _stuck(self, row: Any, problem: str) -> None:
        """A person must act: shown on the case's page and in /readyz, tried again every ten minutes."""
        log.warning("delivery needs a person", case=case_name(row.case_id), channel=row.channel, problem=problem)
        async with self._store.write() as connection:
            until = self._clock() + timedelta(seconds=_LONGEST_RETRY)
            await rows.postpone(connection, row, until, problem, keep_sending=bool(row.sending))


def _after(lines: Sequence[HistoryLine], last: int) -> tuple[HistoryLine, ...]:
    return tuple(line for line in lines if line.id > last)
