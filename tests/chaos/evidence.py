"""Everything the outside saw of a storm, as plain values: what was asked, what was told, what is so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.house import Hole


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card's thread, and when Slack took it (seconds since 1970)."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One root message as it stood in the end: the case it carries as metadata, its words, its thread."""

    case: str
    words: str
    thread: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One press or typed command, as the person who did it knows of it.

    ``sure``: it was acknowledged, and what it asked for has to stand in the trail; else it may."""

    target: str  # S-12, or "environment development"
    act: str  # as the trail calls it
    by: str  # the person's id
    sure: bool
    mute: bool = False  # a command that was acknowledged without a word


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the senders, the people, the fake Slack, the cloud and the fake Jira know, and the exported trail."""

    accepted: Sequence[str]  # names of alerts that got 2xx; each opens a case whose card says ``<name>.``
    cards: Sequence[Card]
    notes: Sequence[Note] = ()
    holes: Mapping[str, Hole] = field(default_factory=dict)  # by the alert's name
    revoked: Mapping[str, int] = field(default_factory=dict)  # group -> revocations that reached the cloud
    restored: Mapping[str, int] = field(default_factory=dict)  # group -> authorizations that reached the cloud
    still_open: Sequence[str] = ()  # groups, as the cloud says in the end
    tickets: Sequence[str] = ()  # summaries of the tracker's issues
    trail: Sequence[Mapping[str, Any]] = ()  # the audit trail as exported over HTTP
    starts: Sequence[float] = ()  # when the processes were ready again, each time
    freezes: int = 0  # how many hold in the end, as ``windows`` tells a person
