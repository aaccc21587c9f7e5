"""What a change record says: the plan, whose yes it had, when its window begins, and how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.views.change_record import RunRecord, change_paragraphs, change_summary, result_paragraphs
from connectors.contract.fix import Change, Fact, Plan, Risk, RiskLevel, Target

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLAN = Plan(
    fix="aws.close-open-port",
    target=Target("111122223333", "eu-west-1", "sg-12"),
    title="Close tcp 22 of sg-12",
    changes=(Change("tcp 22 from 0.0.0.0/0", "allowed", "removed"),),
    blast_radius=(),
    operational_risk=Risk(RiskLevel.LOW, (Fact("nothing uses the group", "ec2", BEGAN),)),
    reversible=True,
    state={},
    read_at=BEGAN,
)
RUN = RunRecord(
    id="run-1",
    case="S-12",
    case_title="SSH is open\nto the world",
    title="Close an open port",
    kind="apply",
    requester="Ana Sousa",
    allowed_by="config/policy.yaml:5",
    approvers=(),
    opens=None,
    began=BEGAN,
    ended=None,
    state="running",
    reason="",
    plans=(PLAN,),
    evidence=(),
)


def test_a_record_says_what_changes_where_and_by_whose_leave() -> None:
    text = "\n".join(change_paragraphs(RUN))
    assert change_summary(RUN) == "Change: Close an open port, for S-12 SSH is open to the world"
    for words in (
        "sg-12 (111122223333 eu-west-1): Close tcp 22 of sg-12; can be undone.",
        "- tcp 22 from 0.0.0.0/0: allowed → removed",
        "Operational risk low: nothing uses the group",
        "Asked for by Ana Sousa; allowed by config/policy.yaml:5.",
        "Approved by: nobody else was needed.",
        "Window: begins 2026-03-02 09:00 UTC",
    ):
        assert words in text


def test_a_queued_run_names_its_approvers_and_when_its_window_opens() -> None:
    queued = replace(RUN, approvers=("Ben Okoro", "Sue Lind"), opens=BEGAN + timedelta(days=1), state="queued")
    text = "\n".join(change_paragraphs(queued))
    assert "Approved by: Ben Okoro, Sue Lind." in text
    assert "Window: begins 2026-03-03 09:00 UTC" in text


def test_an_undo_goes_the_other_way() -> None:
    undo = replace(RUN, kind="undo", allowed_by="")
    text = "\n".join(change_paragraphs(undo))
    assert change_summary(undo).startswith("Undo: ")
    assert "removed → allowed" in text
    assert "Asked for by Ana Sousa.\n" in text


def test_a_wide_run_is_counted_and_not_written_out() -> None:
    assert "and 2 targets more" in change_paragraphs(replace(RUN, plans=(PLAN,) * 42))


def test_the_result_says_how_when_and_what_was_read() -> None:
    ended = replace(RUN, state="failed", reason="halted", ended=BEGAN + timedelta(minutes=5), evidence=("sg-12: open",))
    assert result_paragraphs(ended) == (
        "Result: failed. halted.",
        "Window: 2026-03-02 09:00 UTC to 2026-03-02 09:05 UTC.",
        "Read back:\n- sg-12: open",
    )
