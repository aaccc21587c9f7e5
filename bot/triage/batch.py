"""The workbench of triage: the findings of one transaction on their way in, and what each stage wrote beside them.

Only stages write here. A finding is worked on as a whole batch so that each stage asks the database once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import closing
from bot.model.case import LIVED_WITH, CaseState, Decision, FindingState, Standing, derive
from bot.model.ownership import Owner
from bot.model.priority import PriorityDecision, PriorityFacts
from bot.model.routing import Routed
from bot.model.statements import Said
from bot.model.written import Written, content_hash, written
from bot.store.outbox import Wanted
from bot.store.tables import NOT_PRIORITISED
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding
from connectors.contract.fix import Fact
from connectors.contract.identity import fingerprint

NOBODY = Owner("", "")


class Change(StrEnum):
    """What a reported finding means beside what we already know."""

    NEW = "new"
    REPEATED = "repeated"  # nothing changed but the count
    STALE = "stale"  # older than what we know; counted, nothing else
    UNCHECKED = "unchecked"  # its tool did not look this time: what we know stands
    CHANGED = "changed"  # re-scored, re-worded, a fix became known
    REOPENED = "reopened"  # was resolved or suppressed, is open again
    CLOSED = "closed"  # was open, is not any more
    SEEN_AGAIN = "seen again"  # open to its tool although we mitigated it: to be verified, not believed
    REFRESHED = "refreshed"  # not reported; the world around it changed


_QUIET = (Change.REPEATED, Change.STALE, Change.UNCHECKED)


class Reason(StrEnum):
    """Why a finding stops here and asks nobody. Each is stored beside the finding and shown."""

    RESOLVED = "resolved"  # its tool says so
    PASSED = "passed"
    SUPPRESSED = "suppressed"  # someone silenced it in the tool
    ARCHIVED = "archived"
    SAMPLE = "sample"
    UNCHECKED = "not checked"  # its tool did not look, or leaves it to a person
    ELSEWHERE = "told elsewhere"  # its tool has named the resource since
    ACCEPTED = "accepted"  # a person accepted this risk until a date
    SNOOZED = "snoozed"
    NOT_AFFECTED = closing.NOT_AFFECTED  # a statement of VEX says so of this vulnerability in this product
    STATED_FIXED = closing.STATED_FIXED  # or that this version has the fix


@dataclass(frozen=True, slots=True)
class Known:
    """The stored finding of the same fingerprint."""

    id: int
    state: FindingState
    reason: str
    content_hash: str
    observed_at: datetime
    severity: int
    priority: int
    case_id: int | None
    delivery: str = ""  # which told of it last


class Item(msgspec.Struct, gc=False):
    """One finding of the batch. A struct, since one is made for every finding; it is part of no cycle."""

    finding: Finding
    fingerprint: str
    delivery: str
    received_at: datetime
    source_environment: str = ""
    times: int = 1  # told so often within this batch
    known: Known | None = None
    change: Change = Change.NEW
    state: FindingState = FindingState.OPEN
    reason: Reason | None = None
    asset: AssetRecord | None = None
    owner: Owner = NOBODY
    environment: str = ""
    facts: PriorityFacts | None = None
    exploited: frozenset[str] = frozenset()  # which of its CVEs are on the known-exploited list
    decision: PriorityDecision | None = None
    case: CaseWork | None = None
    said: Said | None = None  # the statement that holds for it
    closed_by_word: bool = False  # that statement closes it now
    reopened_by_word: bool = False  # the one that closed it no longer holds
    text: Written | None = None  # the finding as it was written down where it was read

    @property
    def written(self) -> Written:
        """The finding as it is stored: as it was read, unless another one has taken its place in this batch."""
        if self.text is None or self.text.finding is not self.finding:
            self.text = written(self.finding)
        return self.text

    @property
    def content_hash(self) -> str:
        """Over what a person would want to see change."""
        is_written = self.text is not None and self.text.finding is self.finding
        return self.written.content_hash if is_written else content_hash(self.finding)

    @property
    def quiet(self) -> bool:
        """Nothing about it needs context or a person: only its count moves."""
        return self.change in _QUIET

    @property
    def observed_at(self) -> datetime:
        """When the tool looked; when we received it, where the tool does not say, or says a time yet to come."""
        told = self.finding.observed_at
        return self.received_at if told is None else min(told, self.received_at)

    @property
    def first_seen(self) -> datetime:
        """When the tool first saw it, in the same way."""
        told = self.finding.first_seen
        return self.received_at if told is None else min(told, self.received_at)


def item_of(told: Finding | Written, delivery: str, received_at: datetime, environment: str) -> Item:
    """One finding of a delivery or report, named and ready for STAGES."""
    if isinstance(told, Written):
        return Item(told.finding, told.fingerprint, delivery, received_at, environment, text=told)
    return Item(told, fingerprint(told), delivery, received_at, environment)


CaseKey = tuple[str, str, str]  # owner, environment, problem


@dataclass(slots=True)
class CaseWork:
    """One case touched by this batch. ``before`` is its stored row, None for a new case."""

    key: CaseKey
    owner: Owner
    kind: str
    title: str
    before: Mapping[str, Any] | None = None
    id: int = 0
    severity: int = 0
    rank: int = NOT_PRIORITISED
    sentence: str = ""
    opened: int = 0  # change in open findings
    mitigated: int = 0  # change in mitigated findings
    added: int = 0  # change in findings at all
    disclosed_at: datetime | None = None
    seen_at: datetime | None = None
    came_back: bool = False
    lifted: str = ""  # why a snooze or acceptance ended by itself
    news: Sequence[Fact] = ()  # the facts that ended it
    recount: bool = False  # its urgency may have fallen: ask the findings again
    lines: list[str] = field(default_factory=list)  # for the thread
    joined: list[str] = field(default_factory=list)  # resources that joined an existing case
    routed: Routed | None = None
    source: str = ""
    heeded: bool = False  # somebody's statement closed some of it
    verify: bool = False  # its tool still sees what we mitigated

    @property
    def changed(self) -> bool:
        """Whether people should see anything of it."""
        return bool(
            self.before is None
            or self.opened
            or self.mitigated
            or self.lines
            or self.joined
            or self.lifted
            or self.came_back
            or self.rank != self.before["priority"]
            or self.severity != self.before["severity"]
            or self.sentence != self.before["sentence"]
        )

    @property
    def only_counts(self) -> bool:
        """Whether all that people should see of it is another number of assets: that may gather for some seconds."""
        if self.before is None or self.lines or self.lifted or self.came_back or self.back:
            return False
        urgency = (self.rank, self.severity, self.sentence)
        return (
            urgency == (self.before["priority"], self.before["severity"], self.before["sentence"])
            and derive(self.standing) is self.state
        )

    @property
    def back(self) -> bool:
        """Whether it needs somebody again: it was closed, or somebody lived with it."""
        if self.before is None or self.standing.open_findings == 0 or self.kept:
            return False
        return bool(self.came_back or self.lifted or self.before["open_findings"] == 0)

    @property
    def standing(self) -> Standing:
        """What its state follows from, with this batch applied."""
        row = self.before or {}
        decision = Decision(row.get("decision", ""))
        over = self.lifted if decision in LIVED_WITH else self.reopened
        return Standing(
            open_findings=row.get("open_findings", 0) + self.opened,
            mitigated_findings=row.get("mitigated_findings", 0) + self.mitigated,
            decision=Decision.NONE if over else decision,
            regressed=not self.kept and (self.came_back or bool(row.get("regressed", False))),
            running=bool(row.get("running", "")),
        )

    @property
    def reopened(self) -> bool:
        """Whether something of a closed case is open again."""
        return self.state is CaseState.FIXED and (self.before or {}).get("open_findings", 0) + self.opened > 0

    @property
    def kept(self) -> bool:
        """Whether what is open again is lived with as before: it was decided, and neither facts nor time ended that."""
        return self.reopened and not self.lifted and Decision((self.before or {})["decision"]) in LIVED_WITH

    @property
    def state(self) -> CaseState:
        return CaseState(self.before["state"]) if self.before else CaseState.OPEN


@dataclass(slots=True)
class Batch:
    """What travels through STAGES."""

    now: datetime
    items: Sequence[Item]
    cases: dict[CaseKey, CaseWork] = field(default_factory=dict)
    # Per delivery: how many of its findings were new to us.
    new: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    reread: bool = False  # stored deliveries once more: nothing is counted, and nobody hears again what they know
    quietly: bool = False  # it follows from such a re-reading

    @property
    def lively(self) -> list[Item]:
        """The items that need more than a count."""
        return [item for item in self.items if item.change not in _QUIET]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says, in the shape the stages ask for it. Pure functions; no I/O."""

    owner_of: Callable[[Finding, AssetRecord | None, str], Owner]  # finding, asset, learned team
    environment_of: Callable[[Finding], str]
    prioritize: Callable[[PriorityFacts], PriorityDecision]
    route: Callable[[CaseWork], Routed]
    due: Callable[[int, datetime], datetime]  # rank, since when
    gather: timedelta  # how long growing numbers wait for more
    # team, case, rank, now: the message, if any, that tells one person of it directly
    call: Callable[[AsyncConnection, str, int, int, datetime], Awaitable[list[Wanted]]]
    fixable: Callable[[Finding], bool]  # whether a plan is worth reading, to know what a fix would break
    stating: frozenset[str] = frozenset()  # the enabled sources: what others said is not heeded
