"""By which accounts a person is known, and how: the configuration, an address that a chat confirmed, or a link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import People, Person
from connectors.contract.message import Identity


class Known(StrEnum):
    """What makes an account somebody's."""

    CONFIGURED = "config/teams.yaml"
    LINKED = "linked"
    ADDRESS = "confirmed address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of a chat; ``id`` as in ``T012:U345``, ``name`` as the chat writes it, ``email`` if confirmed."""

    chat: str
    id: str
    name: str = ""
    email: str = ""

    def __str__(self) -> str:
        return f"{self.chat} {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An account that a person tied to themselves. It makes them known there, and gives no right they had not."""

    account: Account
    person: str  # id
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One account of a person, and how we know that it is theirs; ``at``: since when it is linked."""

    account: Account
    by: Known
    at: datetime | None = None


def held_by(person: Person, linked: Iterable[Linked], by_address: Iterable[Account]) -> tuple[Held, ...]:
    """All accounts of a person, each once: what the configuration says comes before what they linked."""
    found = {each: Held(account=Account(chat=each[0], id=each[1]), by=Known.CONFIGURED) for each in person.identities}
    for one in linked:
        key = (one.account.chat, one.account.id)
        found.setdefault(key, Held(account=one.account, by=Known.LINKED, at=one.at))
    for account in by_address:
        found.setdefault((account.chat, account.id), Held(account=account, by=Known.ADDRESS))
    return tuple(found.values())


def why_not_linked(people: People, person: Person, account: Account, linked: Linked | None) -> str:
    """Why this account cannot be tied to this person, "" when it can. A link of who left the configuration is none."""
    configured = people.of(Identity(account.chat, account.id))
    before = people.person(linked.person) if linked is not None else None
    addressed = people.by_email(account.email, account.chat)
    if person in (configured, before):
        how = "config/teams.yaml says so" if configured else "it is linked"
        return f"it is yours already: {how}"
    if configured is not None:
        return f"it is {configured.name}'s: config/teams.yaml says so"
    if before is not None:
        return f"it is linked to {before.name}, who would have to unlink it first"
    if addressed is not None and addressed != person:
        return f"it bears the address of {addressed.name}, and {account.chat} has confirmed that"
    return ""
