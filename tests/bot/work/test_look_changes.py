"""What follows for a case from how its ticket stands: who is believed, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.case import CaseState, Decision
from bot.settings import Settings, load
from bot.work.look_changes import Actor, Change, changes_of
from connectors.contract.ticket import Category, Changed, TicketNow, TrackerPerson
from tests.whole_policy import whole

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = datetime(2026, 3, 20, 9, tzinfo=UTC)
ALL = frozenset(Changed)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("config")
    shipped = Path(__file__).parents[3] / "config"
    (folder / "ssvc-deployer.csv").write_bytes((shipped / "ssvc-deployer.csv").read_bytes())
    (folder / "teams.yaml").write_text(
        """
people:
  - {id: ana, name: Ana Sousa, jira: ana-account}
  - {id: ben, name: Ben Okoro, email: Ben@example.com}
  - {id: cy, name: Cy Moreau, email: cy@example.com, jira: cy-account}
teams:
  - {id: payments, name: Payments, lead: ana, members: [ben]}
""",
        encoding="utf-8",
    )
    rules = "rules:\n  - {who: lead, acts: [acknowledge], environments: [production]}\n"
    (folder / "policy.yaml").write_text(whole(rules), encoding="utf-8")
    return load(folder, {})


@dataclass
class Row:
    category: str = "new"
    told_assignee: str = ""
    told_due: datetime | None = POLICY
    policy_due: datetime | None = None
    seen_assignee: str = ""
    refused_due: str = ""


def ticket(**more: Any) -> TicketNow:
    stands = {"category": Category.NEW, "status": "To Do", "assignee": None, "due": POLICY.date()}
    return TicketNow(key="PAY-17", url="https://jira.example.com/browse/PAY-17", **(stands | more))


def case(**more: Any) -> dict[str, Any]:
    stands = {
        "state": CaseState.OPEN.value,
        "decision": Decision.NONE.value,
        "assignee": "",
        "owner": "payments",
        "environment": "production",
        "due_at": POLICY,
        "overdue_told": 1,
    }
    return stands | more


def follows(settings: Settings, now: TicketNow, row: Row, of: dict[str, Any], changed: Any = ALL) -> list[Change]:
    actor = Actor(settings.people.person("ben"), "Ben")
    return changes_of(frozenset(changed), now, row, of, actor, settings, NOW)


def test_nothing_follows_from_a_ticket_that_stands_as_we_know_it(settings: Settings) -> None:
    assert follows(settings, ticket(), Row(), case()) == []


def test_only_what_was_told_to_have_changed_is_looked_at(settings: Settings) -> None:
    now = ticket(category=Category.DONE, due=date(2026, 3, 5))
    assert [each.what for each in follows(settings, now, Row(), case(), {Changed.DUE})] == [Changed.DUE]


def test_done_is_a_claim_and_moves_no_state(settings: Settings) -> None:
    [claim] = follows(settings, ticket(category=Category.DONE, status="Zu"), Row(), case())
    assert claim.claims
    assert claim.case == {"claimed_at": NOW, "claimed_by": "Ben Okoro"}
    assert "PAY-17 is Zu" in claim.said[0]


def test_done_of_a_fixed_case_and_done_again_claim_nothing(settings: Settings) -> None:
    done = ticket(category=Category.DONE)
    [known] = follows(settings, done, Row(), case(state=CaseState.FIXED.value))
    assert (known.claims, known.case, known.told) == (False, {}, {"category": "done"})
    assert follows(settings, done, Row(category="done"), case()) == []


def test_moves_among_open_statuses_are_only_remembered(settings: Settings) -> None:
    [moved] = follows(settings, ticket(category=Category.UNDERWAY, status="Review"), Row(), case())
    assert (moved.said, moved.case, moved.told) == ((), {}, {"category": "indeterminate"})


ANA, BEN = TrackerPerson(id="ana-account", name="Ana"), TrackerPerson(id="x", name="Ben", email="ben@EXAMPLE.com")


def test_an_assignee_takes_the_case_where_policy_lets_them(settings: Settings) -> None:
    [taken] = follows(settings, ticket(assignee=ANA), Row(), case())
    assert taken.case == {"assignee": "ana", "decision": "acknowledged"}
    assert taken.told == {"told_assignee": "ana", "seen_assignee": "ana-account"}

    [kept] = follows(settings, ticket(assignee=ANA), Row(), case(decision=Decision.ACCEPTED.value))
    assert kept.case["decision"] == "accepted"


@pytest.mark.parametrize(
    ("assignee", "place", "outcome"),
    [
        (BEN, {}, "may not"),
        (ANA, {"environment": "staging"}, "may not"),
        (TrackerPerson(id="another-account", name="Cy", email="cy@example.com"), {}, "unknown person"),
        (TrackerPerson(id="z", name="Dana"), {}, "unknown person"),
    ],
)
def test_no_one_else_does_and_it_is_said(
    settings: Settings, assignee: TrackerPerson, place: dict[str, str], outcome: str
) -> None:
    [refused] = follows(settings, ticket(assignee=assignee), Row(), case(**place))
    assert (refused.outcome, refused.case) == (outcome, {})
    assert refused.said
    assert follows(settings, ticket(assignee=assignee), Row(**refused.told), case(**place)) == []  # said once


def test_whoever_took_the_case_and_has_no_account_there_keeps_it(settings: Settings) -> None:
    held = case(assignee="ben", decision=Decision.ACKNOWLEDGED.value, state=CaseState.ACKNOWLEDGED.value)
    assert follows(settings, ticket(), Row(told_assignee="ben"), held) == []
    # Nor does somebody else get it who had the ticket before.
    assert follows(settings, ticket(assignee=ANA), Row(told_assignee="ben", seen_assignee=ANA.id), held) == []


def test_an_unassigned_ticket_leaves_nobody_on_the_case(settings: Settings) -> None:
    held = case(assignee="ana", decision=Decision.ACKNOWLEDGED.value, state=CaseState.ACKNOWLEDGED.value)
    [left] = follows(settings, ticket(), Row(told_assignee="ana", seen_assignee=ANA.id), held)
    assert left.case == {"assignee": "", "decision": ""}


def test_an_earlier_day_is_taken_and_its_last_second_is_the_time(settings: Settings) -> None:
    [sooner] = follows(settings, ticket(due=date(2026, 3, 5)), Row(), case())
    assert sooner.case["due_at"] == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    assert sooner.case["overdue_told"] == 0
    assert sooner.told == {"told_due": sooner.case["due_at"], "policy_due": POLICY, "refused_due": ""}


def test_the_day_of_policy_is_not_later_than_policy(settings: Settings) -> None:
    earlier = POLICY - timedelta(days=9)
    row = Row(told_due=earlier, policy_due=POLICY)
    [back] = follows(settings, ticket(due=POLICY.date()), row, case(due_at=earlier))
    assert back.case["due_at"] == POLICY


def test_a_later_day_changes_nothing_and_both_sides_are_told(settings: Settings) -> None:
    earlier = POLICY - timedelta(days=9)
    row = Row(told_due=earlier, policy_due=POLICY)
    [later] = follows(settings, ticket(due=POLICY.date() + timedelta(days=1)), row, case(due_at=earlier))
    assert (later.case, later.known_there) == ({}, False)
    assert "later than policy allows" in later.said[0]


def test_a_later_day_is_told_once_and_again_only_when_somebody_sets_it_again(settings: Settings) -> None:
    too_late = ticket(due=POLICY.date() + timedelta(days=1))
    [later] = follows(settings, too_late, Row(), case())
    row = Row(**later.told)
    assert follows(settings, too_late, row, case()) == []
    [back] = follows(settings, ticket(), row, case())
    assert (back.said, back.case) == ((), {})
    assert follows(settings, too_late, Row(**back.told), case()) != []


def test_a_due_date_that_policy_has_moved_since_counts(settings: Settings) -> None:
    urgent = NOW + timedelta(days=1)
    row = Row(told_due=POLICY - timedelta(days=9), policy_due=POLICY)
    [later] = follows(settings, ticket(due=date(2026, 3, 5)), row, case(due_at=urgent))
    assert later.outcome == "later than policy"


def test_a_due_date_taken_away_is_policys_again(settings: Settings) -> None:
    earlier = POLICY - timedelta(days=9)
    [back] = follows(settings, ticket(due=None), Row(told_due=earlier, policy_due=POLICY), case(due_at=earlier))
    assert back.case["due_at"] == POLICY
    assert back.told == {"told_due": POLICY, "policy_due": None, "refused_due": ""}


def test_whom_nobody_knows_is_named_as_that(settings: Settings) -> None:
    actor = Actor(None, "Dana Roux")
    [claim] = changes_of(ALL, ticket(category=Category.DONE), Row(), case(), actor, settings, NOW)
    assert claim.said[0].startswith("Dana Roux, whom nobody knows here, says in Jira")
    assert claim.case["claimed_by"] == "Dana Roux"
