"""How many must agree, and whose yes counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.approval import counts, wanted
from bot.model.levels import Level, LevelRule, Proposal, level_of
from bot.model.person import Team
from bot.model.priority_tables import Priority

SMALL = Proposal(environment="production", fix="close-port", priority=Priority.IMMEDIATE, reversible=True, targets=1)
OWNER = Team(id="payments", name="Payments", lead="ana", members=("ben", "bob"))
SECURITY = Team(id="security", name="Security", lead="sue", members=("bob",))


def test_what_no_entry_fits_needs_the_highest() -> None:
    assert level_of((), SMALL)[0] is Level.L3
    elsewhere = LevelRule(level=Level.L1, environments=frozenset({"staging"}))
    assert level_of((elsewhere,), SMALL)[0] is Level.L3
    assert level_of((LevelRule(level=Level.L1),), SMALL)[0] is Level.L3


@pytest.mark.parametrize(
    ("narrowed", "other"),
    [
        ({"fixes": frozenset({"close-port"})}, {"fix": "block-s3"}),
        ({"priorities": frozenset({Priority.IMMEDIATE})}, {"priority": Priority.DEFER}),
        ({"reversible": True}, {"reversible": False}),
        ({"targets": 1}, {"targets": 2}),
        ({"environments": frozenset({"production"})}, {"environment": ""}),
    ],
)
def test_each_narrowing_narrows(narrowed: dict[str, object], other: dict[str, object]) -> None:
    rule = LevelRule(**{"level": Level.L1, "environments": None, "where": "p:1"} | narrowed)  # type: ignore[arg-type]
    assert level_of((rule,), SMALL) == (Level.L1, "p:1")
    assert level_of((rule,), replace(SMALL, **other))[0] is Level.L3  # type: ignore[arg-type]


def test_an_unknown_environment_is_named_unknown() -> None:
    rule = LevelRule(level=Level.L2, environments=frozenset({"unknown"}))
    assert level_of((rule,), replace(SMALL, environment=""))[0] is Level.L2


def test_the_first_entry_that_fits_decides() -> None:
    first, second = (LevelRule(level=level, environments=None) for level in (Level.L2, Level.L1))
    assert level_of((first, second), SMALL)[0] is Level.L2


def test_nothing_is_wanted_of_others_up_to_one_press() -> None:
    assert wanted(Level.L0, "ana", (), OWNER, SECURITY) == ()
    assert wanted(Level.L1, "ana", (), OWNER, SECURITY) == ()


def test_ones_own_yes_never_counts() -> None:
    assert wanted(Level.L2, "ana", ("ana",), OWNER, SECURITY) == ("one other person",)
    assert counts(Level.L2, "ana", "ana", OWNER, SECURITY) == "nobody approves what they asked for themselves"
    assert wanted(Level.L2, "ana", ("ben",), OWNER, SECURITY) == ()


@pytest.mark.parametrize(
    ("voices", "missing"),
    [
        ((), ("someone of Payments", "someone of Security")),
        (("ben",), ("someone of Security",)),
        (("sue",), ("someone of Payments",)),
        (("ben", "sue"), ()),
        (("ben", "bob"), ()),
        (("bob",), ("someone of Payments or someone of Security",)),  # of both teams, and yet one yes
        (("ana", "sue"), ("someone of Payments",)),  # who asked is of Payments, and does not count
    ],
)
def test_the_highest_level_wants_one_of_each_team(voices: tuple[str, ...], missing: tuple[str, ...]) -> None:
    assert wanted(Level.L3, "ana", voices, OWNER, SECURITY) == missing


def test_without_a_security_team_the_highest_level_is_never_complete() -> None:
    assert wanted(Level.L3, "ana", ("ben", "bob", "sue"), OWNER, None) != ()
    assert counts(Level.L3, "carl", "ana", OWNER, SECURITY).startswith("this needs one of the owning team")
