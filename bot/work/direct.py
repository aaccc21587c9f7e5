"""Where one person is reached directly: the direct conversation of their chat, found when something is to be said."""

from __future__ import annotations

from bot.model.person import People
from bot.response.identify import Identify
from bot.store.outbox import DIRECT
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Chat


class Direct:
    """Turns the outbox's ``@ana`` into the chat's own channel."""

    def __init__(self, people: People, identify: Identify) -> None:
        self._people = people
        self._identify = identify

    async def channel(self, chat: Chat, name: str) -> str:
        """The chat's id of the conversation. Raises Retriable, Ambiguous, or NeedsHuman for who is not there."""
        person = self._people.person(name.removeprefix(DIRECT))
        if person is None:
            raise NeedsHuman(f"{name.removeprefix(DIRECT)!r} is nobody in config/teams.yaml any more")
        account = await self._identify.on(person, chat.id)
        if not account:
            raise NeedsHuman(
                f"{person.name} has no account in {chat.id}: give one, or their e-mail, in config/teams.yaml"
            )
        return await chat.direct(account)
