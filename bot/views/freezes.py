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
    why = freeze.reason.rstrip(".")
    return f"{place_words(freeze.environment)} is frozen since {at_minute(freeze.at)} by {by}: {why}; {until}"


def windows_answer(
    openings: Sequence[tuple[str, Opening]], freezes: Sequence[Freeze], people: People, now: datetime
) -> Message:
    """Each environment: open, or when next; and every freeze that holds."""
    told = [(place_words(name), changes_words(name, found, freezes, now)) for name, found in openings]
    rows = tuple((Strong(name), Plain(f": {words}")) for name, words in told)
    parts: list[Part] = [Notice(Level.WARNING, (Plain(f"{frozen_words(each, people)}."),)) for each in freezes]
    parts.append(Listing(rows))
    frozen = f"; {counted(len(freezes), 'freeze')}" if freezes else ""
    return Message(text=f"Change windows of {counted(len(openings), 'environment')}{frozen}", parts=tuple(parts))


def changes_words(environment: str, found: Opening, freezes: Sequence[Freeze], now: datetime) -> str:
    """Whether an environment may be changed now. A freeze comes first: a window says nothing while it holds."""
    held = any(each.environment in (EVERYWHERE, environment) for each in freezes)
    return f"frozen; else {_opening_words(found, now)}" if held else _opening_words(found, now)


def _opening_words(found: Opening, now: datetime) -> str:
    if found.open:
        return f"open now ({found.where})" if found.where else "open at any time: no window is configured"
    if found.at is None:
        return f"closed, and no window lies ahead ({found.where})"
    return f"closed; opens {with_distance(found.at, now)} ({found.where})"
