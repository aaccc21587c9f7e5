"""The chaos checker catches each broken promise when the evidence is doctored, and none when all is well."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785

from tests.chaos.checker import check
from tests.chaos.evidence import Card, Evidence, Line, Note
from tests.chaos.house import ACCOUNTS, FROZEN, TWO, Hole
from tests.chaos.outside import reached

_BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_START = _BEGUN.timestamp()
_PRODUCTION = next(account for account, environment in ACCOUNTS.items() if environment == TWO)
PLACE = f"environment {FROZEN}"

Told = Mapping[str, Any]


def told(act: str, who: str, target: str, outcome: str = "done", where: str = "slack", **detail: Any) -> dict[str, Any]:
    """One record's words, without its place in the chain."""
    return {"who": who, "act": act, "target": target, "where_from": where, "outcome": outcome, "detail": detail}


def chained(told: Sequence[Told]) -> list[dict[str, Any]]:
    """As the trail is exported: a second a record."""
    trail, last = [], "0" * 64
    for number, each in enumerate(told, start=1):
        at = (_BEGUN + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = {**each, "sequence": number, "at": at, "previous": last}
        last = hashlib.sha256(rfc8785.dumps(record)).hexdigest()
        trail.append(record | {"hash": last})
    return trail


ASK = told("fix", "ana", "S-2", approval="approval-1", plan="plan-1", level="L2")
YES = told(
    "approve", "ben", "S-2",
    **{"approval": "approval-1", "plan": "plan-1", "run": "run-1", "requester": "ana", "approved by": ["ben"]},
    answer="yes",
)  # fmt: skip
END = told("apply ended", "suture", "S-2", where="run run-1, started by ana")
UNDO = told("undo", "ana", "S-2", run="undo-1", undoes="run-1")
UNDONE = told("undo ended", "suture", "S-2", "undone", "run undo-1, started by ana")
TAKEN = told("acknowledge", "ana", "S-1")
NO = told("approve", "ana", "S-2", "refused", why="nobody approves what they asked for themselves")
TICKET = told("ticket", "ana", "S-1")
FREEZE = told("freeze", "sue", PLACE, why="the release goes out")
RECORDS = (TAKEN, TICKET, ASK, NO, YES, END, UNDO, UNDONE, FREEZE)

THREAD = (
    Line(_START + 3, "*Ana Sousa* asked for approval: Close the port, on 1 target."),
    Line(_START + 5, "*Ben Okoro* approved, and so started the fix: Close the port, on 1 target. <@U0ANA>"),
    Line(_START + 7, "Fixed at run time and verified: Close the port."),
    Line(_START + 8, "*Ana Sousa* started to undo Close the port."),
    Line(_START + 9, "Undone and verified: Close the port."),
)
ON_IT = Card(
    "S-1", "Problem chaos-1.", (Line(_START + 1, "*Ana Sousa* is on it."), Line(_START + 2, "*Ana Sousa* asked"))
)
FIXED = Card("S-2", "Problem chaos-12.", THREAD)
NOTES = (
    Note("S-1", "acknowledge", "ana", True),
    Note("S-1", "ticket", "ana", True),
    Note("S-2", "fix", "ana", True),
    Note("S-2", "approve", "ana", True),
    Note("S-2", "approve", "ben", True),
    Note("S-2", "undo", "ana", True),
    Note(PLACE, "freeze", "sue", True),
)
GOOD = Evidence(
    accepted=("chaos-1", "chaos-12"),
    cards=(ON_IT, FIXED),
    notes=NOTES,
    holes={"chaos-12": Hole("sg-1", _PRODUCTION)},
    revoked={"sg-1": 1},
    restored={"sg-1": 1},
    still_open=("sg-1",),
    tickets=("[high] Problem chaos-1. (production)",),
    trail=chained(RECORDS),
    starts=(_START,),
    freezes=1,
)


def without(*gone: Told) -> list[dict[str, Any]]:
    return chained([each for each in RECORDS if each not in gone])


def changed(which: Told, **into: Any) -> list[dict[str, Any]]:
    return chained([{**each, **into} if each is which else each for each in RECORDS])


def says(card: Card, *lines: Line) -> tuple[Card, ...]:
    """The cards, where this one's thread says otherwise."""
    return tuple(replace(card, thread=lines) if each is card else each for each in GOOD.cards)


DOCTORED: Mapping[str, tuple[str, Evidence]] = {
    "an alert nobody tells of": ("alerts_lost", replace(GOOD, accepted=(*GOOD.accepted, "chaos-2"))),
    "a card that stands twice": ("messages_doubled", replace(GOOD, cards=(*GOOD.cards, ON_IT))),
    "a click that was lost": ("asked_and_lost", replace(GOOD, notes=(*NOTES, Note("S-1", "snooze", "ben", True)))),
    "one of two clicks that was lost": ("asked_and_lost", replace(GOOD, notes=(*NOTES, NOTES[0]))),
    "a command without a word": ("asked_and_lost", replace(GOOD, notes=(
        *NOTES, Note("S-1", "acknowledge", "ben", False, mute=True)))),
    "a click that nobody did": ("done_more_than_asked", replace(GOOD, notes=(*NOTES[:3], *NOTES[4:]))),
    "a decision that was never said": ("not_said_once", replace(GOOD, cards=says(ON_IT, ON_IT.thread[0]))),
    "a decision that was said twice": ("not_said_once", replace(GOOD, cards=says(FIXED, THREAD[0], *THREAD))),
    "a no without a reason": ("refused_without_reason", replace(GOOD, trail=changed(NO, detail={"why": ""}))),
    "an end that was not said": ("runs_vanished", replace(GOOD, cards=says(FIXED, *THREAD[:2], *THREAD[3:]))),
    "an end that was said after a minute": ("runs_said_late", replace(GOOD, starts=(_START - 90,), cards=says(
        FIXED, *THREAD[:2], Line(_START + 67, THREAD[2].text), *THREAD[3:]))),
    "a hole closed twice by one run": ("cloud_changed_too_often", replace(GOOD, revoked={"sg-1": 2})),
    "a hole put back by nobody": ("cloud_changed_too_often", replace(GOOD, restored={"sg-1": 2})),
    "a hole that is closed, and said to be open": ("cloud_differs", replace(GOOD, still_open=())),
    "a ticket that was lost": ("tickets_lost", replace(GOOD, tickets=())),
    "a ticket that stands twice": ("tickets_doubled", replace(GOOD, tickets=GOOD.tickets * 2)),
    "a freeze that is forgotten": ("freezes_differ", replace(GOOD, freezes=0)),
    "a record that was changed": ("trail_broken", replace(GOOD, trail=[
        *GOOD.trail[:-1], {**GOOD.trail[-1], "detail": {"why": "because"}}])),
    "a record that was cut out": ("trail_broken", replace(GOOD, trail=[*GOOD.trail[:3], *GOOD.trail[4:]], notes=(
        *NOTES[:3], Note("S-2", "approve", "ana", False), *NOTES[4:]))),
}  # fmt: skip


def test_good_evidence_holds() -> None:
    assert check(GOOD).broken == {}


@pytest.mark.parametrize(("broken", "doctored"), DOCTORED.values(), ids=DOCTORED.keys())
def test_each_broken_promise_is_found(broken: str, doctored: Evidence) -> None:
    assert list(check(doctored).broken) == [broken]


class TestRunsAndApprovals:
    """What one broken promise about a run leads to is broken with it: here the one that matters is named."""

    def test_a_run_that_vanished(self) -> None:
        seen = replace(GOOD, trail=without(END), cards=says(FIXED, *THREAD[:2], *THREAD[3:]))
        assert check(seen).runs_vanished == ("run-1",)

    def test_one_that_was_taken_out_of_the_queue_did_not_vanish(self) -> None:
        out = told("stop", "ana", "S-2", run="run-1")
        lines = (*THREAD[:2], Line(_START + 6, "*Ana Sousa* took the fix out of the queue; nothing was changed."))
        kept = [out if each is END else each for each in RECORDS if each not in (UNDO, UNDONE)]
        notes = (*(note for note in NOTES if note.act != "undo"), Note("S-2", "stop", "ana", True))
        seen = replace(GOOD, trail=chained(kept), cards=says(FIXED, *lines), notes=notes, revoked={}, restored={})
        assert check(seen).broken == {}

    def test_a_run_that_was_begun_twice(self) -> None:
        assert check(replace(GOOD, trail=chained([*RECORDS, YES]))).runs_begun_twice == ("run-1",)

    def test_a_run_that_ended_twice(self) -> None:
        assert check(replace(GOOD, trail=chained([*RECORDS, END]))).runs_ended_twice == ("run-1",)

    def test_a_run_that_nobody_began(self) -> None:
        assert check(replace(GOOD, trail=without(YES))).runs_ended_twice == ("run-1",)

    def test_an_approval_that_was_completed_twice(self) -> None:
        late = told("fix", "ana", "S-2", approval="approval-1")  # taken back after it was given
        assert check(replace(GOOD, trail=chained([*RECORDS, late]))).approvals_completed_twice == ("approval-1",)

    def test_an_approval_by_who_asked(self) -> None:
        own = YES["detail"] | {"approved by": ["ana"]}
        verdict = check(replace(GOOD, trail=changed(YES, who="ana", detail=own)))
        assert verdict.run_without_second_voice == ("approval-1: answered by who asked", "run-1")

    def test_a_no_by_who_asked_takes_the_question_back(self) -> None:
        no = told("approve", "ana", "S-3", answer="no", approval="approval-2", requester="ana", reason="not today")
        ask = told("accept-risk", "ana", "S-3", approval="approval-2")
        notes = (*NOTES, Note("S-3", "accept-risk", "ana", True), Note("S-3", "approve", "ana", True))
        assert check(replace(GOOD, trail=chained([*RECORDS, ask, no]), notes=notes)).holds

    def test_a_run_that_asked_nobody(self) -> None:
        alone = told("fix", "ana", "S-2", run="run-1", plan="plan-1")
        kept = [alone if each is YES else each for each in RECORDS]
        assert check(replace(GOOD, trail=chained(kept))).run_without_second_voice == (
            "chaos-12: closed, and nobody said yes",
            "run-1",
        )

    def test_an_invented_change_of_the_cloud(self) -> None:
        quiet = [each for each in RECORDS if each["target"] != "S-2"]
        seen = replace(GOOD, trail=chained(quiet), cards=says(FIXED), still_open=())
        verdict = check(seen)
        assert verdict.cloud_differs == ("sg-1: said to be undone, and is closed",)
        assert verdict.run_without_second_voice == ("chaos-12: closed, and nobody said yes",)


def test_one_name_inside_another_is_not_mistaken_for_it() -> None:
    assert check(replace(GOOD, cards=GOOD.cards[1:])).alerts_lost == ("chaos-1",)


def test_whom_slack_could_not_vouch_for_is_refused_under_their_identity() -> None:
    refused = told("acknowledge", "slack:T0SUTURE1:U0BEN", "S-1", "refused", why="Slack could not be asked who you are")
    seen = replace(GOOD, trail=chained([*RECORDS, refused]), notes=(*NOTES, Note("S-1", "acknowledge", "ben", True)))
    assert check(seen).holds


def test_a_slow_machine_may_be_given_longer() -> None:
    late = Line(_START + 300, THREAD[2].text)
    seen = replace(GOOD, cards=says(FIXED, *THREAD[:2], late, *THREAD[3:]))
    assert check(seen).runs_said_late == ("run-1: 295 s",)
    assert check(seen, within=1_000).holds


def test_what_reached_the_cloud_is_counted_by_group() -> None:
    seen = (
        b"POST / HTTP/1.1\r\n\r\nAction=RevokeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-0a1&X=1",
        b"POST / HTTP/1.1\r\n\r\nAction=AuthorizeSecurityGroupIngress&GroupId=sg-0a1",
    )

    assert reached(seen, "RevokeSecurityGroupIngress") == {"sg-0a1": 1}
