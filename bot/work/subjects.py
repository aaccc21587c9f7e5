"""What a message is about, ready to be sent: a case's card, a team's digest, or the digest of a storm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock
from bot.model.case_view import HistoryLine
from bot.model.digest import StormDigest
from bot.response.viewing import See, Seen
from bot.settings import Settings
from bot.store.digest import digest_by_id, team_digest
from bot.store.storm import storm_digest, told
from bot.views.card import case_card
from bot.views.digest import digest_message, lasting_storm_message, storm_message
from bot.views.direct import direct_card
from bot.views.lasting import lasting_card, news_card
from connectors.contract.message import Message

_BETWEEN_EDITS = timedelta(seconds=10)  # of a storm's digest; the workspace has few edits a minute

Writes = Callable[[AsyncConnection], Awaitable[None]]


async def _nothing(connection: AsyncConnection) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One message as it should be now. ``before`` is written before it is sent, ``after`` once it is there."""

    name: str  # by what it is found again at the platform
    card: Message
    history: tuple[HistoryLine, ...] = ()
    before: Writes = _nothing
    has_before: bool = False
    after: Writes = _nothing
    news: Callable[[Sequence[HistoryLine]], Message] | None = None  # what a chat that cannot edit is told of changes
    last: bool = False  # nothing will change any more
    anew: bool = False  # whatever was sent before, it is a message of its own now: where nothing can be edited


class Subjects:
    """Looks up what a row of the outbox is about."""

    def __init__(self, see: See, settings: Settings, clock: Clock) -> None:
        self._see = see
        self._settings = settings
        self._clock = clock

    async def of(self, connection: AsyncConnection, row: Any, *, edits: bool = True) -> Subject | None:
        """What is to be sent; None when the case, or the digest's team, is gone. A reading connection is enough.

        ``edits``: whether the chat can edit; where it cannot, nothing on a card may go stale."""
        if row.digest_id is not None:
            return await self._digest(connection, row.digest_id, edits=edits)
        seen = await self._see(connection, row.case_id)
        return self._case(row, seen, edits=edits) if seen is not None else None

    def _case(self, row: Any, seen: Seen, *, edits: bool) -> Subject:
        view, offers, now = seen.view, seen.offers, self._clock()
        posted = case_card(view, offers, now, posted=True) if edits else lasting_card(view, offers, now)
        card = direct_card(view) if row.direct else posted
        return Subject(
            name=view.name,
            card=card,
            history=view.history,
            before=seen.keep,
            has_before=bool(seen.new),
            news=lambda lines: news_card(lines, view, offers, now),
        )

    async def _digest(self, connection: AsyncConnection, digest_id: int, *, edits: bool) -> Subject | None:
        row = await digest_by_id(connection, digest_id)
        name, link, now = f"digest-{digest_id}", self._settings.public_url, self._clock()
        if row is None:
            return None
        if not row.team:
            storm = await storm_digest(connection, row, self._settings.people, link)
            return self._storm(name, row, storm, now, edits=edits)
        team = self._settings.people.team(row.team)
        if team is None:
            return None
        return Subject(name=name, card=digest_message(await team_digest(connection, team, now, link), now))

    def _storm(self, name: str, row: Any, storm: StormDigest, now: datetime, *, edits: bool) -> Subject:
        """Edited in place; where nothing can be, a message of its own once there is more to tell, and at the end."""
        again = self._settings.delivery.storm_again
        card = storm_message(storm) if edits else lasting_storm_message(storm, now, again)
        anew = not edits and (storm.ended or storm.total > row.told)
        if not edits and not anew:
            return Subject(name=name, card=card)

        async def write(connection: AsyncConnection) -> None:
            await told(connection, row.id, storm.total, now, now + (_BETWEEN_EDITS if edits else again))

        return Subject(name=name, card=card, after=write, last=storm.ended, anew=anew)
