"""Where every chat, the console and the terminal hand in what a person did. When a call returns, it is on disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.response.asked import Asked, Desk, Outcome
from bot.response.identify import Recognised
from bot.response.offers import act_of
from bot.response.steps import take
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.refusals import Collision, is_passing
from bot.store.tables import click as clicks
from bot.store.tables import offer as offers
from bot.views.answers import already_answer, gone_answer
from connectors.contract.message import Click, Command, Form, Identity, Message

T = TypeVar("T")
_TRIES = 4  # of one press, where other writers were in the way
MakeDesk = Callable[[AsyncConnection], Desk]
Take = Callable[[AsyncConnection, Click], Awaitable[Message | Form | None]]
Commands = Callable[[Command, Recognised, Take], Awaitable[Message | None]]
Home = Callable[[Recognised], Awaitable[Sequence[Message]]]
Who = Callable[[Identity], Awaitable[Recognised]]


class BotInbox:
    """The contract's Inbox."""

    def __init__(
        self,
        store: Store,
        who: Who,
        desk: MakeDesk,
        commands: Commands,
        home: Home,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._who = who
        self._desk = desk
        self._commands = commands
        self._home = home
        self._clock = clock

    async def click(self, click: Click) -> Message | Form | None:
        """One press, in one transaction. The same press again (same key) gets the first one's answer."""
        with metrics.CLICK_SECONDS.time():
            who = await self._who(click.actor)  # before the transaction: it may ask the chat
            return await self._in_turn(lambda: self._write(click, who))

    async def _write(self, click: Click, who: Recognised) -> Message | Form | None:
        async with self._store.write() as connection:
            return await self._take(connection, click, who)

    async def _take(self, connection: AsyncConnection, click: Click, who: Recognised) -> Message | Form | None:
        asked = await self._asked(connection, click, who)
        if asked is None:
            return gone_answer()
        # Asked only now that the case is locked: the same press delivered twice at once meets its first copy here.
        before = (await connection.execute(sa.select(clicks).where(clicks.c.key == click.key))).one_or_none()
        if before is not None:
            return already_answer(before.answer)
        asked = await take(asked, self._desk(connection))
        return asked.answer

    async def _asked(self, connection: AsyncConnection, click: Click, who: Recognised) -> Asked | None:
        """What the offer means. Only the id came from outside; everything else is from our own store."""
        row: Any = (await connection.execute(sa.select(offers).where(offers.c.id == click.offer))).one_or_none()
        case = await case_by_id(connection, row.case_id, lock=True) if row is not None else None
        if row is None or case is None:
            return None
        return Asked(
            key=click.key,
            actor=click.actor,
            person=who.person,
            stranger=who.why,
            act=act_of(row.act),
            case=case,
            arguments=dict(row.arguments) | {"offer": row.id},
            inputs=click.inputs,
            submitted=click.submitted,
            reply=click.reply,
            now=self._clock(),
            offer_expires=row.expires_at,
        )

    async def command(self, command: Command) -> Message | None:
        """Typed words; the verbs that decide press the case's own buttons."""
        who = await self._who(command.actor)

        async def take(connection: AsyncConnection, click: Click) -> Message | Form | None:
            return await self._take(connection, click, who)

        return await self._in_turn(lambda: self._commands(command, who, take))

    async def home(self, actor: Identity) -> Sequence[Message]:
        """The person's own page; whoever is nobody gets the sentence that says so."""
        return await self._home(await self._who(actor))

    async def _in_turn(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write, and write again where another writer was in the way."""
        for _ in range(_TRIES - 1):
            try:
                return await write()
            except (DBAPIError, Collision) as failure:
                if not is_passing(failure):
                    raise
        return await write()


__all__ = ["BotInbox", "Outcome"]
