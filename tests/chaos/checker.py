"""What was promised, held against what the outside saw: the senders' 2xx, the fake Slack, moto, the fake Jira.

Pure: it reads no database of Suture's, and it is tested with evidence that was doctored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ENDINGS = ("Fixed at run time and verified", "The fix failed", "ended as UNKNOWN")


@dataclass(frozen=True, slots=True)
class Card:
    """One root message as it stood in the end: the case it carries as metadata, its words, its thread."""

    case: str
    words: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the outside saw."""

    accepted: Sequence[str]  # names of alerts that got 2xx; each opens a case whose card says ``<name>.``
    cards: Sequence[Card]
    taken: Sequence[str] = ()  # names whose "I'm on it" was acknowledged
    fixed: Mapping[str, str] = field(default_factory=dict)  # name -> group, whose confirmed plan was acknowledged
    revokes: Mapping[str, int] = field(default_factory=dict)  # group -> revocations that reached the cloud
    ticketed: Sequence[str] = ()  # names whose "Open ticket" was acknowledged
    tickets: Sequence[str] = ()  # summaries of the tracker's issues


@dataclass(frozen=True, slots=True)
class Verdict:
    """The names behind each broken promise; all empty is what was promised."""

    alerts_lost: tuple[str, ...]
    clicks_lost: tuple[str, ...]
    messages_doubled: tuple[str, ...]
    fixes_twice: tuple[str, ...]
    fixes_vanished: tuple[str, ...]
    tickets_lost: tuple[str, ...]
    tickets_doubled: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


def check(evidence: Evidence) -> Verdict:
    """Hold the promises against the evidence."""
    by_name = {name: _card(evidence.cards, name) for name in {*evidence.accepted, *evidence.taken, *evidence.fixed}}
    roots = Counter(card.case for card in evidence.cards)
    ticketed = {name: sum(_says(summary, name) for summary in evidence.tickets) for name in evidence.ticketed}
    every = {name: sum(_says(summary, name) for summary in evidence.tickets) for name in evidence.accepted}
    return Verdict(
        alerts_lost=tuple(sorted(name for name in evidence.accepted if by_name[name] is None)),
        clicks_lost=tuple(sorted(name for name in evidence.taken if not _taken(by_name[name]))),
        messages_doubled=tuple(sorted(case for case, count in roots.items() if count > 1)),
        fixes_twice=tuple(sorted(group for group, count in evidence.revokes.items() if count > 1)),
        fixes_vanished=tuple(sorted(name for name in evidence.fixed if not _ended(by_name[name]))),
        tickets_lost=tuple(sorted(name for name, count in ticketed.items() if count == 0)),
        tickets_doubled=tuple(sorted(name for name, count in every.items() if count > 1)),
    )


def _says(words: str, name: str) -> bool:
    """Names end in a full stop in what is written, so that chaos-1 is not found in chaos-12."""
    return f"{name}." in words


def _card(cards: Sequence[Card], name: str) -> Card | None:
    return next((card for card in cards if _says(card.words, name)), None)


def _taken(card: Card | None) -> bool:
    return card is not None and "is on it" in card.thread


def _ended(card: Card | None) -> bool:
    return card is not None and any(ending in card.thread for ending in ENDINGS)
