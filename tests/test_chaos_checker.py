"""The chaos checker catches each broken promise when the evidence is doctored, and none when all is well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.checker import Card, Evidence, check

GOOD = Evidence(
    accepted=("chaos-1", "chaos-12"),
    cards=(
        Card("S-1", "Problem chaos-1.", "Ana is on it."),
        Card("S-2", "Problem chaos-12.", "Fixed at run time and verified: closed"),
    ),
    taken=("chaos-1",),
    fixed={"chaos-12": "sg-1"},
    revokes={"sg-1": 1},
    ticketed=("chaos-1",),
    tickets=("[high] Problem chaos-1. (production)",),
)


def test_good_evidence_holds() -> None:
    assert check(GOOD).holds


@pytest.mark.parametrize(
    ("broken", "doctored"),
    [
        ("alerts_lost", replace(GOOD, accepted=(*GOOD.accepted, "chaos-2"))),
        ("clicks_lost", replace(GOOD, taken=("chaos-12",))),
        ("messages_doubled", replace(GOOD, cards=(*GOOD.cards, GOOD.cards[0]))),
        ("fixes_twice", replace(GOOD, revokes={"sg-1": 2})),
        ("fixes_vanished", replace(GOOD, fixed={"chaos-1": "sg-2"})),
        ("tickets_lost", replace(GOOD, tickets=())),
        ("tickets_doubled", replace(GOOD, tickets=GOOD.tickets * 2)),
    ],
)
def test_each_broken_promise_is_found(broken: str, doctored: Evidence) -> None:
    verdict = check(doctored)

    assert not verdict.holds
    assert [name for name in verdict.__slots__ if getattr(verdict, name)] == [broken]


def test_one_name_inside_another_is_not_mistaken_for_it() -> None:
    assert check(replace(GOOD, cards=GOOD.cards[1:], taken=(), ticketed=())).alerts_lost == ("chaos-1",)
