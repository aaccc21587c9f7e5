"""The answer to *affected*: which of our systems a vulnerability or a version hits, whose they are, and who says so.

Two kinds of knowledge stand side by side: what tools reported (as cases), and what the inventory's components are by
the advisories we hold. Counts are exact; of very many rows only the first are there, the ones that matter most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.model.closing import Closing


class Hit(StrEnum):
    """What is known of one system."""

    AFFECTED = "affected"
    UNKNOWN = "unknown"
    NOT_AFFECTED = "not affected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCase:
    """One case of this problem, from what tools reported."""

    id: int
    name: str  # S-12
    problem: str  # as the case has it; may be another name of what was asked
    title: str
    state: str  # of CaseState
    priority: int  # rank: 0 immediate to 3 defer
    owner: str  # team id, "" = nobody
    environment: str  # "" = unknown
    open_findings: int
    mitigated_findings: int
    total_findings: int
    assets: tuple[str, ...] = ()  # names of a few of its assets, open ones first
    closing: Closing | None = None  # of a closed case that statements closed


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """One asset of the inventory, or thing that a report names, that has such a component."""

    asset: str  # id
    name: str
    owner: str  # team id as the inventory or its case says, "" = unknown
    environment: str  # "" = unknown
    exposure: str  # small, controlled, open, unknown
    tier: int | None
    hit: Hit
    package: str  # openssl
    version: str  # 1.0.1e-2+deb7u5
    why: str  # one sentence: by which advisory, or what is missing to tell
    fixed_in: str = ""  # the version that has the fix, "" if none is known
    reported: str = ""  # state of a tool's finding of it: open, mitigated, resolved, suppressed; "" = none reported it
    case: str = ""  # S-12, "" = no case
    case_id: int | None = None
    in_inventory: bool = True  # False: only a report names it, and ``asset`` is that name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead:
    """One list that the answer rests on: where it was read and when; ``problem`` is "" when all was well."""

    name: str  # inventory, components, advisories, known_exploited, epss
    location: str
    entries: int
    at: datetime | None  # None: never read
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedAnswer:
    """What we know about one question, at one time."""

    query: str  # as typed, cleaned
    at: datetime
    problem: str = ""  # the vulnerability asked for, in its proper spelling; "" when a package was asked for
    package: str = ""  # the package asked for, "" when a vulnerability was
    aliases: tuple[str, ...] = ()  # further names of the same vulnerability, CVE first
    summary: str = ""  # the advisory's own words
    known_exploited: bool | None = None  # None: no such list is loaded, or a package was asked for
    exploit_score: float | None = None  # EPSS, 0 to 1
    advisories: tuple[str, ...] = ()  # ids of those loaded that speak of it
    # What tools reported; all counts over all cases.
    cases: tuple[ReportedCase, ...] = ()  # at most 1,000, open and urgent first
    cases_total: int = 0
    open_findings: int = 0
    mitigated_findings: int = 0
    closed_findings: int = 0  # resolved or suppressed, of cases
    # What the inventory's components are.
    systems: tuple[SystemRow, ...] = ()  # at most 1,000: affected, then unknown, then not affected
    affected: int = 0  # assets
    unknown: int = 0
    not_affected: int = 0
    unreported: int = 0  # affected by the inventory, and no tool has an open or mitigated finding of it
    lists: tuple[ListRead, ...] = ()
    notes: tuple[str, ...] = ()  # what is missing, or could be misread, one sentence each
    # Rows that whoever asks may not see; the counts count them.
    hidden_cases: int = 0
    hidden_systems: int = 0

    def seen_by(self, may_view: Callable[[str, str], bool]) -> AffectedAnswer:
        """With the rows alone that ``may_view`` (owner, environment) allows; the counts stay."""
        cases = tuple(each for each in self.cases if may_view(each.owner, each.environment))
        systems = tuple(each for each in self.systems if may_view(each.owner, each.environment))
        return replace(
            self,
            cases=cases,
            systems=systems,
            hidden_cases=len(self.cases) - len(cases),
            hidden_systems=len(self.systems) - len(systems),
        )

    @property
    def hidden(self) -> int:
        """Rows that are there and not shown."""
        return self.hidden_cases + self.hidden_systems

    @property
    def cases_more(self) -> int:
        """Cases that the rows leave out because they are so many."""
        return self.cases_total - len(self.cases) - self.hidden_cases

    @property
    def systems_more(self) -> int:
        """Assets that the rows leave out because they are so many."""
        return self.affected + self.unknown + self.not_affected - len(self.systems) - self.hidden_systems

    @property
    def nothing_known(self) -> bool:
        """No tool reported it and no component of the inventory bears on it; ``notes`` say whether we could know."""
        return not self.cases_total and not (self.affected + self.unknown + self.not_affected)

    @property
    def cannot_be_told(self) -> bool:
        """Nothing is known of a vulnerability, and what could know it is missing: no all-clear."""
        return self.nothing_known and bool(self.problem) and bool(self.notes)
