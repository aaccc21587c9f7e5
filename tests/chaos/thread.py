"""What the thread of a card says: who decided how often, and how its runs ended."""

from __future__ import annotations

import re

from tests.chaos.evidence import Card

# How a run's end is said -> what the trail calls it (docs: fixes.md).
_ENDINGS = (
    ("Fixed at run time and verified", "done"),
    ("Undone and verified", "undone"),
    ("Stopped before it changed anything", "cancelled"),
    (" failed: ", "failed"),
    ("ended as UNKNOWN", "unknown"),
)
_OUT = "took the fix out of the queue"
_DROPPED = "earlier lines are on the case's page"


def said_by(card: Card, name: str) -> int:
    """How many lines begin with that name."""
    mark = re.compile(rf"\*{re.escape(name)} ?\*")
    return sum(bool(mark.match(line.text)) for line in card.thread)


def ended_in(card: Card) -> list[tuple[float, str]]:
    """(when, how) of each run's end, in order."""
    own = [line for line in card.thread if not line.text.startswith("*")]
    return [(line.at, how) for line in own for words, how in _ENDINGS if words in line.text]


def taken_out(card: Card) -> int:
    """How many queued runs people took out of the queue."""
    return sum(_OUT in line.text for line in card.thread)


def dropped(card: Card) -> bool:
    """Whether so many lines waited together that the thread only says how many there were."""
    return any(_DROPPED in line.text for line in card.thread)
