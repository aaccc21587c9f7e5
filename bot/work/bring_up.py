"""One message brought up to date at its platform: posted once, edited, its thread told what happened since.

The row says what is about to be on the wire before each send; what it still says when we come back after a crash is
looked up at the platform before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock
from bot.model.case_view import HistoryLine
from bot.store import drain as rows
from bot.store.db import Store
from bot.views.thread import thread_line
from bot.work.pace import Pace
from bot.work.reach import Reach
from bot.work.subjects import Subject
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Chat, MessageKey

ROOT = "root"
_LINE = "line-"

Sleep = Callable[[float], Awaitable[None]]


class BringUp:
    """Sends one message as it should be. Raises Retriable, Ambiguous, NeedsHuman, and NotOurs of bot.store.drain."""

    def __init__(
        self, store: Store, clock: Clock, sleep: Sleep, pace: Pace, reach: Reach, *, possible_repeat: bool
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._pace = pace
        self._reach = reach
        self._possible_repeat = possible_repeat

    async def bring_up(self, chat: Chat, row: Any, subject: Subject, drain: str) -> bool:
        """Post the card, or edit it and say in its thread what happened since; one-way: post what must be known.

        False when there was nothing to ask the platform for."""
        where = await self._reach.channel(chat, row.channel) if row.direct else row.channel
        if not row.platform_id or subject.anew:
            platform_id, found = await self._post_once(chat, where, row, subject, drain)

            async def posted(connection: AsyncConnection) -> None:
                await rows.posted(connection, row, platform_id, self._clock(), found=found)
                await subject.after(connection)

            await self._store.together(posted)
            return True
        if subject.has_before:
            await self._store.together(subject.before)
        if chat.edits:
            await chat.edit(where, row.platform_id, subject.card)
        told, asked = await self._tell_on(chat, row, subject, drain)

        async def sent(connection: AsyncConnection) -> None:
            await rows.sent(connection, row, told)
            await subject.after(connection)

        await self._store.together(sent)
        return asked

    async def _tell_on(self, chat: Chat, row: Any, subject: Subject, drain: str) -> tuple[int, bool]:
        """What happened since, in the thread or as news; directly nothing. The last line told, and whether we asked."""
        if row.direct:
            return int(row.told_history), True
        if chat.edits:
            return await self._say_lines(chat, row, subject, drain), True
        return await self._post_news(chat, row, subject, drain)

    async def _post_once(self, chat: Chat, where: str, row: Any, subject: Subject, drain: str) -> tuple[str, bool]:
        """The platform's id of the message, and whether it was found there again after its answer had been lost."""
        key = MessageKey(subject.name, f"{ROOT}-{row.again}" if row.again else ROOT)
        found, repeat = await self._look(chat, where, key) if row.sending == key.part else (None, False)
        if found:
            return found, True
        shown = subject.history[-1].id if subject.history else 0

        async def about_to_post(connection: AsyncConnection) -> None:
            await subject.before(connection)
            if row.sending != key.part:
                await rows.about_to_send(connection, row, key.part, drain, told_history=shown)

        await self._store.together(about_to_post)
        return await chat.post(where, subject.card, key, repeat=repeat), False

    async def _about_to_say(self, row: Any, part: str, drain: str) -> None:
        await self._store.together(lambda connection: rows.about_to_send(connection, row, part, drain))

    async def _look(self, chat: Chat, where: str, key: MessageKey, thread: str = "") -> tuple[str | None, bool]:
        """Where a lost message is; else whether its second copy must be marked as a possible repeat."""
        try:
            return await chat.find(where, key, thread), False
        except NeedsHuman:
            if not self._possible_repeat:
                raise
            return None, True

    async def _say_lines(self, chat: Chat, row: Any, subject: Subject, drain: str) -> int:
        """What happened since the thread was last told, as one line of the thread; returns the last line told.

        Only what this view knows is told: a line that was written since waits for the revision that came with it.
        """
        lines = lines_after(subject.history, row.told_history)
        if not lines:
            return int(row.told_history)
        last = lines[-1].id
        repeat = False
        # A line that was on its way when its answer got lost is looked for; newer lines are said beside it.
        if row.sending.startswith(_LINE):
            found, repeat = await self._look(chat, row.channel, MessageKey(subject.name, row.sending), row.platform_id)
            if found:
                lines = lines_after(lines, int(row.sending.removeprefix(_LINE)))
                if not lines:
                    return last
        part = f"{_LINE}{last}"
        await self._about_to_say(row, part, drain)
        await self._sleep(self._pace.between(row.chat))
        line = thread_line(await self._reach.called(lines, row.chat), row.chat, repeat=repeat)
        await chat.say(row.channel, row.platform_id, line, MessageKey(subject.name, part))
        return last

    async def _post_news(self, chat: Chat, row: Any, subject: Subject, drain: str) -> tuple[int, bool]:
        """A chat that cannot edit gets a short new card of what must be heard or calls somebody, and nothing else.

        Returns the last line it knows of now, and whether there was anything to post."""
        lines = lines_after(subject.history, row.told_history)
        aloud = [line for line in lines if line.aloud or line.calls is not None]
        last = lines[-1].id if lines else int(row.told_history)
        if not aloud or subject.news is None:
            return last, False
        key = MessageKey(subject.name, f"{_LINE}{aloud[-1].id}")
        _, repeat = await self._look(chat, row.channel, key) if row.sending.startswith(_LINE) else (None, False)
        await self._about_to_say(row, key.part, drain)
        await chat.post(row.channel, subject.news(aloud), key, repeat=repeat)
        return last, True


def lines_after(lines: Sequence[HistoryLine], last: int) -> tuple[HistoryLine, ...]:
    """The lines that come after line ``last``, but for those that nobody is to be told."""
    return tuple(line for line in lines if line.id > last and not line.quiet)
