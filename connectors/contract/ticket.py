"""A ticket in somebody's tracker: created once whatever fails in between, followed, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from connectors.contract.source import Headers, Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a ticket should say. ``key`` is ours: searched before any repeat of a create."""

    key: str  # the case's name, e.g. "S-12", or a run's id; becomes a label and an issue property
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
    number: str = ""  # stays when the ticket moves to another project and gets another key


class Category(StrEnum):
    """What every status comes to, whatever it is called (Jira's ``statusCategory``)."""

    NEW = "new"
    UNDERWAY = "indeterminate"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerPerson:
    """Somebody as the tracker knows them; ``email`` is "" where it keeps that to itself."""

    id: str  # Cloud: account id; Data Center: user name
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNow:
    """A ticket as it stands in the tracker."""

    key: str
    url: str
    category: Category | None  # None: in none of the three
    status: str  # as people read it there
    assignee: TrackerPerson | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. ``key`` is ours and stands in its last line: by it a lost answer is looked up."""

    key: str
    paragraphs: tuple[str, ...]  # plain text; the tracker escapes it
    link: str = ""


class Changed(StrEnum):
    """What a tracker can tell us that changed."""

    STATUS = "status"
    ASSIGNEE = "assignee"
    DUE = "due"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNews:
    """That something happened to a ticket, and who did it. How the ticket stands is then read, not believed."""

    id: str  # the same when it is delivered again
    ticket: str  # its key
    number: str
    by: TrackerPerson | None
    changed: frozenset[Changed]


class Tracker(Protocol):
    """All but the last two are synchronous and run in a thread. They raise Retriable, Ambiguous or NeedsHuman.

    A ticket is named by its key or number.
    """

    id: str

    @property
    def settle(self) -> float:
        """Seconds after a create of unknown outcome until ``find`` surely knows about it."""

    def find(self, key: str, project: str) -> Ticket | None:
        """The ticket that carries our key, by label, confirmed by its property; None if the tracker knows none."""

    def create(self, draft: TicketDraft) -> Ticket:
        """One create, never repeated blindly. Ambiguous when the answer was lost or was a 5xx."""

    def me(self) -> str:
        """Our own id there, by which we know our own changes."""

    def read(self, ticket: str) -> TicketNow | None:
        """As it stands; None when it is gone: deleted, or hidden from us."""

    def say(self, ticket: str, remark: Remark) -> None:
        """One comment, never repeated blindly. Ambiguous when the answer was lost or was a 5xx."""

    def said(self, ticket: str, remark_key: str) -> bool:
        """Whether a comment of ours with that key is there."""

    def move(self, ticket: str, wanted: Sequence[Category]) -> Category | None:
        """Bring it into one of these categories, the first being the dearest, as far as its workflow allows; where it
        is in one already it stays. Returns where it is afterwards."""

    def assign(self, ticket: str, person: TrackerPerson | None) -> TrackerPerson | None:
        """Assign it to whoever has that id, else that e-mail address; nobody for None. Returns who has it then; None
        also when the tracker knows no such person, and then nothing is changed."""

    def set_due(self, ticket: str, due: date | None) -> None: ...

    @property
    def verifier(self) -> Verifier:
        """How a delivery of news proves itself."""

    def news(self, headers: Headers, body: bytes) -> TicketNews | None:
        """What a delivery tells; None when it is not about a change of a ticket. Raises NotThisFormat."""
