"""A freeze in words: since when, by whom, why, until when."""

from __future__ import annotations

from bot.model.freeze import EVERYWHERE, Freeze
from bot.model.person import People
from bot.views.times import at_minute


def place_words(environment: str) -> str:
    """Where a freeze holds."""
    if environment == EVERYWHERE:
        return "everything"
    return environment or "what runs in an unknown environment"


def frozen_words(freeze: Freeze, people: People) -> str:
    """``production is frozen since 09:12 by Ana Sousa: the release goes out; until 12:00``."""
    person = people.person(freeze.person)
    by = person.name if person else freeze.person or "Suture itself"
    until = f"until {at_minute(freeze.until)}" if freeze.until else "until somebody ends it"
    return f"{place_words(freeze.environment)} is frozen since {at_minute(freeze.at)} by {by}: {freeze.reason}; {until}"
