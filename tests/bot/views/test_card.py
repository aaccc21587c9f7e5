"""What a tired person reads first on a card, and what a plan shows of many targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.case import CaseState
from bot.model.case_view import AcceptanceView, CaseView, Offers, RunView, Times
from bot.model.priority_tables import Priority
from bot.store.case_risks import operational_risk_of
from bot.views.card import case_card
from bot.views.forms import plan_form
from bot.views.plain_text import lines_of, part_lines
from bot.views.times import with_distance
from connectors.contract.finding import Kind, Severity
from connectors.contract.fix import Change, Fact, Plan, Risk, RiskLevel, Target

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
RUN = RunView(
    id="run-1",
    fix="aws.close-open-port",
    title="Close the port to the internet",
    kind="apply",
    state="failed",
    person="Ana Sousa",
    reason="sg-1: not allowed",
    evidence=("sg-2: no rule lets 0.0.0.0/0 reach tcp 22",),
    at=NOW,
    finished_at=NOW,
)
SIGNED = AcceptanceView(
    person="Ana Sousa",
    approved_by="",
    reason="it is switched off in May",
    control="",
    until=NOW + timedelta(days=9),
    at=NOW,
)
VIEW = CaseView(
    id=1,
    name="S-1",
    version=1,
    title="SSH is open to the world",
    problem="network.open-port.22",
    kind=Kind.COMPLIANCE,
    severity=Severity.HIGH,
    priority=Priority.SCHEDULED,
    sentence="Scheduled: open to the world.",
    state=CaseState.OPEN,
    environment="production",
    owner="payments",
    owner_name="Payments",
    owner_why="a rule",
    unowned=False,
    assignee="",
    open_findings=1,
    mitigated_findings=0,
    total_findings=1,
    told=1,
    affected=(),
    affected_more=0,
    tools=("generic",),
    security_risk=Risk(RiskLevel.HIGH),
    operational_risk=Risk(RiskLevel.UNKNOWN),
    fixes=(),
    plan=(),
    plan_problem="",
    run=RUN,
    acceptance=SIGNED,
    snoozed_until=NOW + timedelta(days=1),
    due_at=None,
    overdue=False,
    ticket=None,
    claim=None,
    times=Times(disclosed=None, seen=NOW, told=None, decided=None, mitigated=None, fixed=None),
    link="https://suture.example.com/cases/S-1",
    reference="",
    advice="",
)


def first_line(view: CaseView) -> str:
    return lines_of(case_card(view, Offers(), NOW))[1]


@pytest.mark.parametrize(
    ("state", "run", "says"),
    [
        (CaseState.OPEN, "failed", "The last run ended as failed."),
        (CaseState.FIXED, "failed", "Fixed. Nothing is left to do."),
        (CaseState.FIXED, "unknown", "Fixed. Nothing is left to do."),
        (CaseState.ACCEPTED, "failed", "Ana Sousa accepted this risk until 2026-03-11"),
        (CaseState.ACCEPTED, "unknown", "The last run ended as unknown."),
        (CaseState.SNOOZED, "failed", "Snoozed until"),
    ],
)
def test_what_came_last_is_read_first(state: CaseState, run: str, says: str) -> None:
    assert says in first_line(replace(VIEW, state=state, run=replace(RUN, state=run)))


def test_a_failed_undo_is_called_one() -> None:
    assert "The last undo ended as failed." in first_line(replace(VIEW, run=replace(RUN, kind="undo")))


def test_what_was_read_back_is_proof_only_while_it_holds() -> None:
    done = replace(RUN, state="done")
    for state, run, word in (
        (CaseState.MITIGATED, done, "Proof: "),
        (CaseState.OPEN, RUN, "Read back: "),
        (CaseState.REGRESSED, done, ""),
    ):
        lines = lines_of(case_card(replace(VIEW, state=state, run=run), Offers(), NOW))
        assert [line.partition("sg-2")[0] for line in lines if "sg-2: no rule" in line] == [word][: len(word)]


def test_this_very_moment_is_past() -> None:
    assert with_distance(NOW, NOW).endswith("less than a minute ago")


def plan_on(number: int, level: RiskLevel = RiskLevel.LOW, why: str = "nothing uses the group") -> Plan:
    return Plan(
        fix=RUN.fix,
        target=Target(account="111122223333", region="eu-west-1", id=f"sg-{number}", arguments={}),
        title="Close the port",
        changes=(Change(f"rule {number}", "allowed", "removed"),),
        blast_radius=(),
        operational_risk=Risk(level, (Fact(why, "ec2", NOW + timedelta(seconds=number)),)),
        reversible=True,
        state={},
        read_at=NOW,
    )


def test_of_many_targets_the_reason_for_the_worst_stands_first_and_each_once() -> None:
    plans = [*(plan_on(number) for number in range(5)), plan_on(9, RiskLevel.HIGH, "a balancer uses the group")]
    risk = operational_risk_of(plans, (), (), NOW)
    assert risk.level is RiskLevel.HIGH
    assert [fact.text for fact in risk.facts] == ["a balancer uses the group", "nothing uses the group"]


def test_a_target_that_could_not_be_read_is_never_low() -> None:
    risk = operational_risk_of([plan_on(1)], ["sg-2: not allowed"], (), NOW)
    assert risk.level is RiskLevel.UNKNOWN
    assert risk.facts[0].text == "could not be read: sg-2: not allowed"


def test_a_plan_shows_what_changes_on_each_of_its_targets() -> None:
    form = plan_form(VIEW, [plan_on(number) for number in range(40)], "offer", NOW)
    shown = "\n".join(line for part in form.parts for line in part_lines(part))
    assert all(f"rule {number}" in shown for number in range(40))


def test_a_plan_that_could_not_be_read_whole_is_no_all_clear() -> None:
    view = replace(VIEW, plan_unread=("sg-2: not allowed",))
    shown = "\n".join(line for part in plan_form(view, [], "", NOW).parts for line in part_lines(part))
    assert "Not read, so not changed. sg-2: not allowed" in shown
    assert "Nothing to do" not in shown
