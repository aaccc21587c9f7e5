"""Who lives through the storm, and by which rules: three environments, each with another way for a fix to wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.harness.organisation import ACCOUNT, WORKSPACE, channel_of

TWO, QUEUED, ALONE = "production", "staging", "test"  # a second yes; a change window; one person's press
ACCOUNTS = {ACCOUNT: TWO, "222233334444": QUEUED, "333344445555": ALONE}
FROZEN = "development"  # frozen and unfrozen all the time; nothing of ours runs there
ANA, ANA_ELSEWHERE, BEN, SUE = "U0ANA", "U0ANA2", "U0BEN", "U0SUE"
PEOPLE = {ANA: "ana", ANA_ELSEWHERE: "ana", BEN: "ben", SUE: "sue"}  # identity -> person
NAMES = {"ana": "Ana Sousa", "ben": "Ben Okoro", "sue": "Sue Lind"}
HOLES = channel_of(0)
SECURITY = "C0SECURITY"
_ENTRIES = 60  # of the calendar

_POLICY = """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - who: owner
    acts: [ticket, acknowledge, assign, snooze, accept-risk, fix, undo, approve, stop]
    environments: any
    fixes: any
  - {who: {teams: [security]}, acts: [approve, stop, freeze], environments: any, fixes: any}
security_team: security
levels:
  - {environments: [production], level: L2}
  - {environments: [staging, test], level: L1}
windows:
  - {environments: [staging], calendar: changes.ics}
acceptance_approved_by: {immediate: security, out-of-cycle: security, scheduled: security, defer: security}
caps: {targets_per_hour: 100000, failures: 1000}
"""


@dataclass(frozen=True, slots=True)
class Hole:
    """A security group that is open to the world."""

    group: str
    account: str

    @property
    def environment(self) -> str:
        return ACCOUNTS[self.account]


def files(teams: int, every: float, stays: float, now: datetime) -> dict[str, str]:
    """The configuration's own files; the change window opens ``every`` so many seconds and ``stays`` so long."""
    return {"teams.yaml": _teams(teams), "policy.yaml": _POLICY, "changes.ics": _calendar(every, stays, now)}


def _teams(teams: int) -> str:
    lines = [
        "people:",
        f'  - {{id: ana, name: Ana Sousa, slack: ["{WORKSPACE}:{ANA}", "{WORKSPACE}:{ANA_ELSEWHERE}"]}}',
        f'  - {{id: ben, name: Ben Okoro, slack: "{WORKSPACE}:{BEN}"}}',
        f'  - {{id: sue, name: Sue Lind, slack: "{WORKSPACE}:{SUE}", console: true}}',
        "teams:",
    ]
    for team in range(teams):
        owns = [f'{{host: "team{team:03d}-*"}}', *(f'{{account: "{each}"}}' for each in ACCOUNTS if team == 0)]
        lines.append(
            f"  - {{id: team{team:03d}, name: Team {team}, lead: ana, members: [ben], "
            f"chat: {{slack: {channel_of(team)}}}, owns: [{', '.join(owns)}]}}"
        )
    security = f"  - {{id: security, name: Security, lead: sue, members: [sue], chat: {{slack: {SECURITY}}}}}"
    return "\n".join([*lines, security, "catch_all: security", ""])


def _calendar(every: float, stays: float, now: datetime) -> str:
    """RFC 5545: an entry a window."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//suture//chaos//EN"]
    for number, opens in enumerate(_openings(every, now)):
        closes = opens + timedelta(seconds=stays)
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.com", f"DTSTAMP:{_moment(now)}"]
        lines += [f"DTSTART:{_moment(opens)}", f"DTEND:{_moment(closes)}", "SUMMARY:changes", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _openings(every: float, now: datetime) -> Iterator[datetime]:
    return (now + timedelta(seconds=every * number) for number in range(1, _ENTRIES + 1))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
