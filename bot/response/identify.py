"""Which person is this? The identity first, else the address that the chat has confirmed; a doubt is nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

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
_UNKNOWN = "I don't know who you are: this identity belongs to no person in config/teams.yaml."
_REFUSED: Mapping[Standing, str] = {
    Standing.GUEST: "Guests of this workspace can look, but decide nothing here.",
    Standing.BOT: "Bots decide nothing here.",
    Standing.DEACTIVATED: "This account is deactivated and decides nothing here.",
    Standing.STRANGER: "Your account belongs to another workspace, and only members of this one decide here.",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The person, or None and why."""

    person: Person | None
    why: str = ""


class Identify:
    """Recognises people. A chat without a directory (the console, a terminal) has proved its identities itself."""

    def __init__(self, people: People, directories: Mapping[str, Directory], patience: float = _PATIENCE) -> None:
        self._people = people
        self._directories = directories
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
        return _known(self._people.of(identity) or self._people.by_email(member.email, identity.platform))

    async def on(self, person: Person, platform: str) -> str:
        """Their id on a chat, as it is configured or by their address; "" when they have none there.

        Raises Retriable, Ambiguous or NeedsHuman when the chat cannot be asked."""
        directory = self._directories.get(platform)
        if person.on(platform) or directory is None or not person.email:
            return person.on(platform)
        member = await directory.find(person.email)
        return member.identity.id if member is not None and _is_theirs(member, person) else ""


def _is_theirs(member: Member, person: Person) -> bool:
    return member.standing is Standing.MEMBER and member.email == person.email.lower()


def _known(person: Person | None) -> Recognised:
    return Recognised(person, "" if person else _UNKNOWN)
