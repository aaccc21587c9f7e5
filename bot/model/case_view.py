"""A case as a person is to see it: everything a card, a page or an answer shows, already gathered. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.case import CaseState
from bot.model.closing import Closing
from bot.model.levels import Level
from bot.model.on_call import OnCall
from bot.model.person import Person, Team
from bot.model.priority_tables import Priority
from connectors.contract.finding import Kind, Severity
from connectors.contract.fix import Plan, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """One asset or resource of the case."""

    name: str  # the asset's name, else the resource's
    resource: str
    state: str  # of its finding: open, mitigated, resolved, suppressed
    detail: str  # "openssl 1.0.1e-2+deb7u4, fixed in 1.0.1e-2+deb7u5", "tcp 22 open to the world"
    tools: tuple[str, ...]
    exposure: str
    asset: str = ""  # its id in the inventory, "" where the inventory knows none
    patch: str = ""
    template: str = ""
    said: str = ""  # by whose word it is not open: "not affected: …, said by AUTHOR in DOCUMENT (openvex) on …"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixChoice:
    """A fix that some target of the case could have."""

    id: str
    title: str
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One use of a fix, for a person."""

    id: str
    fix: str
    title: str
    kind: str  # apply or undo
    state: str  # queued, waiting, running, done, failed, unknown, undone, cancelled
    person: str  # name; "" for the policy itself
    reason: str
    evidence: tuple[str, ...]
    at: datetime
    finished_at: datetime | None
    plan_id: str = ""
    allowed_by: str = ""  # the rule, who approved, or who broke the glass and why
    opens_at: datetime | None = None  # of a queued run


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """The latest run that changed something which was not put back yet."""

    run: str  # id
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """The question that waits for other people's yes: to a plan, or to an accepted risk."""

    id: str
    plan_id: str  # "" : it is about a risk
    asks: str  # "to fix this", "to accept this risk until 2027-01-31: …"
    fix: str
    digest: str  # of the plan; a yes by command names it
    requester: str  # name
    requester_id: str
    level: Level
    given: tuple[str, ...]  # names
    wanted: tuple[str, ...]  # whose yes is missing, in words
    expires_at: datetime
    until: str = ""  # of a risk: the day, as 2027-01-31; a yes by command names it
    control: str = ""  # of a risk: what is done instead


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceView:
    person: str
    reason: str
    control: str  # what is done instead, "" for nothing
    approved_by: str  # name, "" where no yes was needed
    until: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    state: str  # wanted, creating, created, failed, gone
    key: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """Somebody's word, in the tracker, that it is fixed; not verified yet."""

    by: str  # name
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The window of vulnerability: when the world knew, we saw, people were told, decided, mitigated and fixed it."""

    disclosed: datetime | None
    seen: datetime
    told: datetime | None
    decided: datetime | None
    mitigated: datetime | None
    fixed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    id: int
    at: datetime
    who: str  # a person's name, "" for Suture
    text: str
    link: str = ""
    calls: Person | Team | None = None  # whom it is to reach, by name and, where the chat knows them, by a mention
    aloud: bool = False  # to be heard even in a chat that cannot edit what it showed
    quiet: bool = False  # for the case's page only


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case."""

    id: int
    name: str  # S-12
    version: int
    title: str
    problem: str
    kind: Kind
    severity: Severity
    priority: Priority
    sentence: str  # why this priority
    state: CaseState
    environment: str  # "" = unknown
    owner: str  # team id, "" = nobody
    owner_name: str
    owner_why: str
    unowned: bool  # nobody owns it: the catch-all team has it, and the card carries *Mine*
    assignee: str  # name
    open_findings: int
    mitigated_findings: int
    total_findings: int
    told: int  # how often, by all tools together
    affected: tuple[Affected, ...]  # at most 50, open ones first
    affected_more: int
    tools: tuple[str, ...]
    security_risk: Risk
    operational_risk: Risk
    fixes: tuple[FixChoice, ...]
    plan: tuple[Plan, ...]  # the latest one read, a target each; () when none was
    plan_problem: str  # why the latest plan could not be read
    plan_unread: tuple[str, ...] = ()  # targets that it leaves out because they could not be read, each with the reason
    run: RunView | None  # the latest
    undoable: Undoable | None = None  # what *Undo…* would take back; None where nothing of ours is left to undo
    approval: ApprovalView | None = None  # the one that waits
    acceptance: AcceptanceView | None
    snoozed_until: datetime | None
    due_at: datetime | None
    overdue: bool
    ticket: TicketView | None
    claim: ClaimView | None
    times: Times
    link: str  # the live case in the console
    reference: str  # https link of the finding at its tool, "" if none
    advice: str  # what the tool or the inventory says to do, one or two lines
    aliases: tuple[str, ...] = ()
    plan_id: str = ""  # of ``plan``; its confirming button is Offers.get("confirm", plan_id), "" when it is too old
    history: tuple[HistoryLine, ...] = ()
    closing: Closing | None = None  # of a closed case that statements closed; None where it was fixed
    on_call: OnCall | None = None  # of the owner; None where it has no schedule

    @property
    def moved(self) -> bool:
        """Whether nothing is left in it because its findings went to another case: that is not "fixed"."""
        return self.state is CaseState.FIXED and self.total_findings == 0


@dataclass(frozen=True, slots=True)
class Offers:
    """The buttons that are to be shown for a case now: act (and its fix) to offer id. Empty in terminal states."""

    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (act, argument) -> offer id

    def get(self, act: str, argument: str = "") -> str:
        """The offer's id, "" when this act is not offered."""
        return self.ids.get((act, argument), "")

    def without(self, act: str) -> Offers:
        """All but those of one act."""
        return Offers({key: offer for key, offer in self.ids.items() if key[0] != act})
