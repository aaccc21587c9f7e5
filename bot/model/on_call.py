"""Who is on call: a turn of somebody's schedule matched to a person we know, and the answer people get. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model.person import People, Person
from connectors.contract.context import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Who is called first for a team now, and why we say so."""

    person: (
        str  # a person's id; "" when nobody is on call, or the schedule names somebody config/teams.yaml does not know
    )
    name: str  # as people read it; "" when nobody is on call
    source: str  # "PagerDuty schedule P123ABC", "the rotation in config/teams.yaml:31"
    as_of: datetime | None  # when the schedule was last read; None: never yet
    stale: bool = False  # it could not be read since
    until: datetime | None = None  # the end of this turn, where the schedule says one


def person_of(shift: Shift, people: People) -> Person | None:
    """Whose turn it is: by id, else by e-mail, else by the one person whose name stands in the schedule's words.

    None for somebody config/teams.yaml does not know, and where two people could be meant: nobody is called by a guess.
    """
    if shift.id:
        return people.person(shift.id)
    if shift.email:
        address = shift.email.casefold()
        known = [person for person in people.people if person.email.casefold() == address]
        # A name alone does not do for somebody whose address we know to be another.
        return _one(known) if known else _one(p for p in people.people if not p.email and _says(shift.name, p.name))
    return _one(p for p in people.people if _says(shift.name, p.name))


def _says(words: str, name: str) -> bool:
    """Whether the whole name stands in these words: "On Call - Ana Sousa - Payments"."""
    return bool(name) and re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", words.casefold()) is not None


def _one(found: Iterable[Person]) -> Person | None:
    several = list(found)
    return several[0] if len(several) == 1 else None
