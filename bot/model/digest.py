"""What is told of many cases at once: a team's digest, and the digest of a storm. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.case import CaseState
from bot.model.priority_tables import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCase:
    """One case that a digest names."""

    name: str  # S-12
    link: str
    title: str
    severity: str
    priority: Priority
    state: CaseState
    environment: str
    due_at: datetime | None
    until: datetime | None  # the end of an accepted risk


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDigest:
    """How one team stands: every number is of all its cases, the lists are their beginning."""

    team: str  # its name
    link: str  # the team's open cases in the console
    counts: tuple[tuple[Priority, tuple[tuple[CaseState, int], ...]], ...]  # of what is not fixed
    overdue: int
    urgent: tuple[DigestCase, ...]  # the most urgent that wait for somebody
    ending: tuple[DigestCase, ...]  # accepted risks that end within a week, the next first
    ending_in_all: int

    @property
    def total(self) -> int:
        return sum(count for _, states in self.counts for _, count in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormDigest:
    """The cases of one storm of one channel, counted by owner and priority."""

    began: datetime
    last: datetime  # when its last new case came
    ended: bool
    link: str  # the open cases in the console
    counts: tuple[tuple[str, tuple[tuple[Priority, int], ...]], ...]  # by the owner's name, the largest first
    on_their_own: int  # of these, the cases that have a message of their own by now

    @property
    def total(self) -> int:
        return sum(count for _, priorities in self.counts for _, count in priorities)
