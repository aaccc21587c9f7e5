"""A freeze in words: since when, by whom, why, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.change_window import Opening
from bot.model.freeze import EVERYWHERE, Freeze
from bot.model.person import People
from bot.views.counts import counted
from bot.views.times import at_minute, with_distance
from connectors.contract.message import Level, Listing, Message, Notice, Part, Plain, Strong


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


def windows_answer(
    openings: Sequence[tuple[str, Opening]], freezes: Sequence[Freeze], people: People, now: datetime
) -> Message:
    """Each environment: open, or when next; and every freeze that holds."""
    rows = tuple((Strong(place_words(name)), Plain(f": {opening_words(found, now)}")) for name, found in openings)
    parts: list[Part] = [Notice(Level.WARNING, (Plain(f"{frozen_words(each, people)}."),)) for each in freezes]
    parts.append(Listing(rows))
    frozen = f"; {counted(len(freezes), 'freeze')}" if freezes else ""
    return Message(text=f"Change windows of {counted(len(openings), 'environment')}{frozen}", parts=tuple(parts))


def opening_words(found: Opening, now: datetime) -> str:
    """Whether it may be changed now, else from when; and the line of the policy that says so."""
    if found.open:
        return f"open now ({found.where})" if found.where else "open at any time: no window is configured"
    if found.at is None:
        return f"closed, and no window lies ahead ({found.where})"
    return f"closed; opens {with_distance(found.at, now)} ({found.where})"
