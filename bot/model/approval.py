"""An approval: other people's yes to one plan. Who has spoken, and who is still wanted. No I/O and no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model.levels import Level
from bot.model.person import People, Person, Team


class ApprovalState(StrEnum):
    """Where an approval stands. Only a waiting one can be given, denied or withdrawn; silence is no."""

    WAITING = "waiting"
    GIVEN = "given"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"  # the plan it was bound to has changed


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's yes as it was given: ``groups`` are those of the session in which they spoke.

    Who is in the configuration or in a user group can be asked again later; what a session said cannot."""

    person: str  # id
    groups: frozenset[str] = frozenset()


def speakers(people: People, voices: Iterable[Voice]) -> tuple[Person, ...]:
    """Who said yes, with the groups they had then; who is in config/teams.yaml no more is silent."""
    known = ((people.person(voice.person), voice.groups) for voice in voices)
    return tuple(replace(person, groups=groups) for person, groups in known if person is not None)


def wanted(
    level: Level, requester: str, voices: Collection[Person], owner: Team | None, security: Team | None
) -> tuple[str, ...]:
    """Whose yes is still missing, in words; () when it is complete.

    ``voices`` are the people who said yes. The requester's own never counts, whichever identity spoke."""
    others = [person for person in voices if person.id != requester]
    if level <= Level.L1:
        return ()
    if level is Level.L2:
        return () if others else ("one other person",)
    of_owner = [person for person in others if owner and owner.has(person)]
    of_security = [person for person in others if security and security.has(person)]
    if any(one.id != two.id for one in of_owner for two in of_security):
        return ()
    owner_words = f"someone of {owner.name}" if owner else "someone of the owning team, which nobody knows"
    security_words = f"someone of {security.name}" if security else "someone of the security team, which is not named"
    if of_owner and not of_security:
        return (security_words,)
    if of_security and not of_owner:
        return (owner_words,)
    # One person of both teams has spoken: that is one yes, and either side may give the other.
    return (f"{owner_words} or {security_words}",) if of_owner else (owner_words, security_words)


def counts(level: Level, person: Person, requester: str, owner: Team | None, security: Team | None) -> str:
    """Why this person's yes cannot count, "" when it can. Asked before a voice is written down."""
    if person.id == requester:
        return "nobody approves what they asked for themselves"
    if level is Level.L3 and not any(team and team.has(person) for team in (owner, security)):
        return "this needs one of the owning team and one of the security team, and you are of neither"
    return ""
