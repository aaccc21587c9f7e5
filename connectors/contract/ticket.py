"""A ticket in somebody's tracker, created once per case whatever fails in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a ticket should say. ``key`` is ours: searched before any repeat of a create."""

    key: str  # the case's id, e.g. "S-12"; becomes a label and an issue property
    project: str
    issue_type: str
    summary: str  # at most 250 characters, one line
    paragraphs: tuple[str, ...]  # plain text; the tracker escapes it
    link: str = ""  # the live case
    priority: str = ""
    labels: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    key: str  # the tracker's own: PAY-17
    url: str


class Tracker(Protocol):
    """Both are synchronous and run in a thread. They raise Retriable, Ambiguous or NeedsHuman."""

    id: str

    @property
    def settle(self) -> float:
        """Seconds after a create of unknown outcome until ``find`` surely knows about it."""

    def find(self, key: str, project: str) -> Ticket | None:
        """The ticket that carries our key, by label, confirmed by its property; None if the tracker knows none."""

    def create(self, draft: TicketDraft) -> Ticket:
        """One create, never repeated blindly. Ambiguous when the answer was lost or was a 5xx."""
