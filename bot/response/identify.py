"""Which person is this? The configuration first, else what they linked or the address that the chat has confirmed.

A doubt is nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.model.identities import Account, Held, Linked, held_by
from bot.model.person import People, Person
from connectors.contract.directory import Directory, Member, Standing
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Identity

log = structlog.get_logger()

_PATIENCE = 1.2  # seconds of the three that a chat waits; the rest is for the decision and its commit
_LATE = "{chat} could not be asked who you are. Nothing was changed; try again in a moment."
_CLOSED = (
    "{chat} does not let us ask who you are. Nothing was changed; whoever runs Suture finds the reason in its log."
)
_TIES = " If you are one of them, `/suture link` ties this account to you."
_DOUBT = "This account is linked to one person and bears the address of another. It must be unlinked first."
_UNKNOWN = "I don't know who you are: this identity belongs to no person in config/teams.yaml."
_REFUSED: Mapping[Standing, str] = {
    Standing.GUEST: "Guests of this workspace can look, but decide nothing here.",
    Standing.BOT: "Bots decide nothing here.",
    Standing.DEACTIVATED: "This account is deactivated and decides nothing here.",
    Standing.STRANGER: "Your account belongs to another workspace, and only members of this one decide here.",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The person, or None and why. ``account`` is the chat's own word on who acts, where it knows them as a member."""

    person: Person | None
    why: str = ""
    account: Account | None = None


class Links(Protocol):
    """What people tied to themselves; the store's, asked anew each time."""

    async def of(self, chat: str, account: str) -> Linked | None: ...

    async def by(self, person: str) -> tuple[Linked, ...]: ...


class Identify:
    """Recognises people. A chat without a directory (the console, a terminal) has proved its identities itself."""

    def __init__(
        self, people: People, directories: Mapping[str, Directory], links: Links, patience: float = _PATIENCE
    ) -> None:
        self._people = people
        self._directories = directories
        self._links = links
        self._patience = patience

    async def who(self, identity: Identity) -> Recognised:
        """Whom we know behind this identity; when their chat cannot be asked in time, nobody."""
        directory = self._directories.get(identity.platform)
        if directory is None:
            return _known(self._people.of(identity))
        try:
            member = await directory.member(identity, self._patience)
        except (Retriable, Ambiguous, NeedsHuman) as failure:
            log.warning("a chat could not be asked who somebody is", chat=identity.platform, problem=str(failure))
            said = _CLOSED if isinstance(failure, NeedsHuman) else _LATE
            return Recognised(None, said.format(chat=identity.platform.capitalize()))
        if member is None:
            return Recognised(None, _UNKNOWN)
        if member.standing is not Standing.MEMBER:
            return Recognised(None, _REFUSED[member.standing])
        return await self._member(identity, member)

    async def _member(self, identity: Identity, member: Member) -> Recognised:
        name = member.identity.name or identity.name
        account = Account(chat=identity.platform, id=identity.id, name=name, email=member.email)
        configured = self._people.of(identity)
        if configured is not None:
            return Recognised(configured, account=account)
        link = await self._links.of(identity.platform, identity.id)
        linked = self._people.person(link.person) if link is not None else None
        addressed = self._people.by_email(member.email, identity.platform)
        if linked is not None and addressed not in (None, linked):
            return Recognised(None, _DOUBT)
        person = linked or addressed
        return Recognised(person, "" if person else _UNKNOWN + _TIES, account)

    async def on(self, person: Person, platform: str) -> str:
        """Their id on a chat: configured, linked or by their address; "" when they have none there.

        Raises Retriable, Ambiguous or NeedsHuman when the chat cannot be asked."""
        if person.on(platform) or platform not in self._directories:
            return person.on(platform)
        linked = [each.account.id for each in await self._links.by(person.id) if each.account.chat == platform]
        return linked[0] if linked else await self.by_address(person, platform)

    async def by_address(self, person: Person, platform: str) -> str:
        """Their id on a chat by the address alone; "" where the configuration names an account of theirs.

        Raises Retriable, Ambiguous or NeedsHuman when the chat cannot be asked."""
        directory = self._directories.get(platform)
        if person.on(platform) or directory is None or not person.email:
            return ""
        member = await directory.find(person.email)
        return member.identity.id if member is not None and _is_theirs(member, person) else ""

    async def held(self, person: Person) -> tuple[Held, ...]:
        """All accounts by which they are known; those by address as far as their chat answers in time."""
        found = [await self._found(person, chat) for chat in self._directories]
        by_address = [account for account in found if account is not None]
        return held_by(person, await self._links.by(person.id), by_address)

    async def _found(self, person: Person, chat: str) -> Account | None:
        try:
            account = await asyncio.wait_for(self.by_address(person, chat), self._patience)
        except (Retriable, Ambiguous, NeedsHuman, TimeoutError) as failure:
            log.info("a chat could not be asked for somebody's account", chat=chat, problem=str(failure))
            return None
        return Account(chat=chat, id=account, email=person.email) if account else None


def _is_theirs(member: Member, person: Person) -> bool:
    return member.standing is Standing.MEMBER and member.email == person.email.lower()


def _known(person: Person | None) -> Recognised:
    return Recognised(person, "" if person else _UNKNOWN)
