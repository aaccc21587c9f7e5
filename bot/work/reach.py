"""How people are reached in a chat: their direct conversation, and the mention that calls them in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.model.case_view import HistoryLine
from bot.model.person import People, Person
from bot.response.identify import Identify
from bot.store.outbox import DIRECT
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Chat

log = structlog.get_logger()


class Reach:
    """Finds people's accounts when something is to be said; who stands in the file by address alone is looked up."""

    def __init__(self, people: People, identify: Identify) -> None:
        self._people = people
        self._identify = identify

    async def channel(self, chat: Chat, name: str) -> str:
        """The chat's id of the conversation behind ``@ana``.

        Raises Retriable, Ambiguous, or NeedsHuman for who is not there."""
        person = self._people.person(name.removeprefix(DIRECT))
        if person is None:
            raise NeedsHuman(f"{name.removeprefix(DIRECT)!r} is nobody in config/teams.yaml any more")
        account = await self._identify.on(person, chat.id)
        if not account:
            remedy = "give one, or the e-mail they have there, in config/teams.yaml"
            raise NeedsHuman(f"{person.name} has no account in {chat.id}: {remedy}")
        return await chat.direct(account)

    async def called(self, lines: Sequence[HistoryLine], chat: str) -> tuple[HistoryLine, ...]:
        """The lines, whoever they call known by an account there; who cannot be found is called by name alone."""
        return tuple([await self._with_account(line, chat) for line in lines])

    async def _with_account(self, line: HistoryLine, chat: str) -> HistoryLine:
        person = line.calls
        if not isinstance(person, Person) or person.on(chat):
            return line
        try:
            account = await self._identify.on(person, chat)
        except (Retriable, Ambiguous, NeedsHuman) as failure:
            log.info("a person is called by name alone", chat=chat, person=person.id, problem=str(failure))
            return line
        known = (*person.identities, (chat, account)) if account else person.identities
        return replace(line, calls=replace(person, identities=known))
