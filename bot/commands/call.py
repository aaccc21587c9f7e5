"""One call of a verb: who asks, with which words, and what the verb may look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.identities import Account, Held
from bot.model.person import Person
from bot.model.policy import Act, Allowed, may
from bot.response.viewing import Viewing
from bot.settings import Settings
from connectors.contract.message import Form, Identity, Message

# Presses an offered button for the person who asks, with what they typed: the steps of a click, in this transaction.
Press = Callable[[str, Mapping[str, str]], Awaitable[Message | Form | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a verb works with. The connection is a writing one, since a card needs offers."""

    words: tuple[str, ...]
    person: Person
    actor: Identity
    connection: AsyncConnection
    settings: Settings
    viewing: Viewing
    now: datetime
    verbs: Mapping[str, Verb]
    press: Press
    new_secret: Callable[[], str]  # 256 random bits, safe in addresses
    account: Account | None = None  # with which they ask, where a chat knows it as a member's
    held: tuple[Held, ...] = ()  # all accounts of theirs; looked up for a verb about oneself

    def may_view(self, owner: str, environment: str) -> bool:
        """Whether this person may see a case of that owner there."""
        verdict = may(self.settings.policy, self.person, Act.VIEW, environment=environment, owner=owner)
        return isinstance(verdict, Allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A member of a chat whom we do not know asks."""

    account: Account
    connection: AsyncConnection
    settings: Settings
    now: datetime
    new_secret: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Verb:
    """One word that people type. ``act`` is what policy must allow somewhere for help to show it; None: everyone."""

    name: str
    usage: str
    summary: str
    run: Callable[[Call], Awaitable[Message]]
    act: Act | None = Act.VIEW
    private: bool = False  # never shared in a channel, whatever was typed
    about_self: bool = False  # about who asks: their accounts are looked up first, in chats too
    to_unknown: Callable[[Unknown], Awaitable[Message]] | None = None  # what a member of the chat is told anyway
