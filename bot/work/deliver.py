"""One durable drain a channel: what is sent next, when, and what becomes of a send that failed.

The message row is the truth, and the most urgent one goes first. How one message is sent is bring_up's, what a storm
tells instead is storm's, how fast anything may go is pace's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot import metrics
from bot.engine import Clock, Engine
from bot.store import drain as rows
from bot.store.db import Store
from bot.store.outbox import DRAIN
from bot.work.bring_up import BringUp, Sleep, lines_after
from bot.work.pace import FOR_A_CASE, FOR_A_DIGEST, FOR_IMMEDIATE, CallKind, Pace
from bot.work.reach import Reach
from bot.work.storm import Storms
from bot.work.subjects import Subject, Subjects
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Chat

log = structlog.get_logger()

_SLICE = 200  # messages one piece of work sends before it hands over to the next
_PATIENCE = 5.0  # seconds a drain waits itself; longer waits are given back to the engine
_NAP = 1.0  # seconds it looks away at most, so that something immediate is not kept waiting
_FIRST_RETRY = 1.0
_LONGEST_RETRY = 600.0
_MOST_PAUSES = 6  # of a channel for one message; with the doubled waits, about a minute


class Deliver:
    """Brings cases and digests to the chats."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        chats: Mapping[str, Chat],
        subjects: Subjects,
        storms: Storms,
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
        self._subjects = subjects
        self._storms = storms
        self._clock = clock
        self._sleep = sleep
        self._pace = pace
        self._one = BringUp(store, clock, sleep, pace, reach, possible_repeat=possible_repeat)

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
            async with self._store.glance() as connection:
                seen = await rows.look(connection, chat, channel, key, now)
                paused = seen.not_before is not None and seen.not_before > now
                waiting = None if paused or seen.next is None else await rows.message_of(connection, seen.next)
            if waiting is not None:
                await self._tell(waiting, seen.storm, key)
            elif paused:
                if await self._wait_out(chat, channel, key, (seen.not_before - now).total_seconds()):
                    return
            elif seen.due is not None and (seen.due - now).total_seconds() <= _PATIENCE:
                await self._sleep(min(_NAP, max(0.01, (seen.due - now).total_seconds())))
            elif await self._rest(chat, channel, key):
                return
        await self._hand_over(chat, channel, key, 0)

    async def _wait_out(self, chat: str, channel: str, key: str, seconds: float) -> bool:
        """The platform takes nothing for the channel; true when the engine will come back after a longer wait."""
        if seconds <= _PATIENCE:
            await self._sleep(max(0.01, seconds))
            return False
        await self._hand_over(chat, channel, key, seconds)
        return True

    async def _rest(self, chat: str, channel: str, key: str) -> bool:
        """Fall asleep unless something arrived meanwhile; true when asleep."""
        return await self._store.together(
            lambda connection: rows.fall_asleep(connection, chat, channel, key, self._clock())
        )

    async def _hand_over(self, chat: str, channel: str, key: str, delay: float) -> None:
        """A successor takes the channel over, now or later."""
        async with self._store.write() as connection:
            successor = await rows.pass_on(connection, chat, channel, key)
            if successor:
                await self._engine.enqueue(connection, DRAIN, chat, channel, successor, key=successor, delay=delay)

    async def _tell(self, row: Any, storm: int | None, drain: str) -> None:
        """Leave it to the channel's storm, or send it by itself as soon as the workspace has room for it."""
        if await self._storms.take(row, storm, drain):
            return
        now, least = self._clock(), CallKind.EDIT if row.platform_id else CallKind.POST
        wait = self._pace.wait(row.chat, least, _share(row, None), now)
        if not wait:  # what there is no room for need not be looked up
            subject = await self._subject(row)
            now = self._clock()
            wait = self._pace.take(row.chat, _calls(row, subject), _share(row, subject), now)
        if wait > _NAP:
            await self._store.together(lambda connection: rows.put_off(connection, row, now + timedelta(seconds=wait)))
        elif wait:
            await self._sleep(wait)
        elif await self._send(row, subject, drain):
            await self._sleep(self._pace.between(row.chat))

    async def _subject(self, row: Any) -> Subject | None:
        # A digest counts cases, maybe thousands; a card is some rows by their keys.
        async with self._store.glance() if row.digest_id is None else self._store.read() as connection:
            return await self._subjects.of(connection, row, edits=self._edits(row))

    def _edits(self, row: Any) -> bool:
        return row.chat not in self._chats or self._chats[row.chat].edits

    async def _send(self, row: Any, subject: Subject | None, drain: str) -> bool:
        """Bring one message up to date; true when the platform was asked for something."""
        chat = self._chats.get(row.chat)
        if chat is None:
            await self._stuck(row, f"the chat {row.chat!r} is not enabled")
            return False
        if subject is None:
            await self._stuck(row, "its case is gone")
            return False
        outcome, asked = "sent", True
        try:
            asked = await self._one.bring_up(chat, row, subject, drain)
        except Retriable as failure:
            outcome = "postponed"
            # An edit that is not taken says nothing of posts: the platforms count them apart.
            pause = not row.platform_id and row.attempts < _MOST_PAUSES
            await self._later(row, str(failure), failure.after, channel=pause)
        except Ambiguous as failure:
            outcome = "answer lost"
            await self._later(row, f"the answer was lost: {failure}", None, keep_sending=True)
        except NeedsHuman as failure:
            outcome = "needs a person"
            await self._stuck(row, str(failure))
        if asked:
            metrics.SENDS.labels(row.chat, outcome).inc()
        return asked

    async def _later(
        self, row: Any, problem: str, after: float | None, *, keep_sending: bool = False, channel: bool = False
    ) -> None:
        """Try again after what the platform asked for, else a little longer each time.

        ``channel``: nothing was taken, so the whole channel waits. One message that is never taken does not stop the
        others for ever: after some times it waits alone.
        """
        wait = after if after is not None else min(_LONGEST_RETRY, _FIRST_RETRY * 2**row.attempts)
        log.info("delivery postponed", about=_about(row), channel=row.channel, seconds=wait, problem=problem)
        until = self._clock() + timedelta(seconds=wait)
        async with self._store.write() as connection:
            if channel:
                await rows.pause(connection, row, until, problem)
            else:
                await rows.postpone(connection, row, until, problem, keep_sending=keep_sending)

    async def _stuck(self, row: Any, problem: str) -> None:
        """A person must act: shown on the case's page and in /readyz, tried again every ten minutes."""
        log.warning("delivery needs a person", about=_about(row), channel=row.channel, problem=problem)
        async with self._store.write() as connection:
            until = self._clock() + timedelta(seconds=_LONGEST_RETRY)
            await rows.postpone(connection, row, until, problem, keep_sending=bool(row.sending))


def _about(row: Any) -> str:
    """What a row is about, for the log."""
    return f"S-{row.case_id}" if row.digest_id is None else f"digest-{row.digest_id}"


def _calls(row: Any, subject: Subject | None) -> list[CallKind]:
    """What the platform will be asked for: a post, or an edit and maybe a line in the thread."""
    if not row.platform_id or (subject is not None and subject.anew):
        return [CallKind.POST]
    says = subject is not None and bool(lines_after(subject.history, row.told_history))
    return [CallKind.EDIT, CallKind.POST] if says else [CallKind.EDIT]


def _share(row: Any, subject: Subject | None) -> float:
    if row.digest_id is not None and row.platform_id and subject is not None and not subject.last:
        return FOR_A_DIGEST
    return FOR_A_CASE if row.priority else FOR_IMMEDIATE
