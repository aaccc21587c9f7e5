"""How many must agree, and whose yes counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.approval import Voice, counts, speakers, wanted
from bot.model.groups import GroupRegister
from bot.model.levels import Level, LevelRule, Proposal, level_of
from bot.model.person import People, Person, Team
from bot.model.priority_tables import Priority

SMALL = Proposal(environment="production", fix="close-port", priority=Priority.IMMEDIATE, reversible=True, targets=1)
OWNER = Team(id="payments", name="Payments", lead="ana", members=("ben", "bob"))
SECURITY = Team(id="security", name="Security", lead="sue", members=("bob",), oidc_groups=frozenset({"sec-ops"}))
PEOPLE = People(tuple(Person(id=name, name=name.title()) for name in ("ana", "ben", "bob", "sue", "carl")))


def people(*names: str, groups: frozenset[str] = frozenset()) -> tuple[Person, ...]:
    return speakers(PEOPLE, [Voice(name, groups) for name in names])


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
    assert wanted(Level.L2, "ana", people("ana"), OWNER, SECURITY) == ("one other person",)
    assert counts(Level.L2, *people("ana"), "ana", OWNER, SECURITY) == "nobody approves what they asked for themselves"
    assert wanted(Level.L2, "ana", people("ben"), OWNER, SECURITY) == ()


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
    assert wanted(Level.L3, "ana", people(*voices), OWNER, SECURITY) == missing


def test_without_a_security_team_the_highest_level_is_never_complete() -> None:
    assert wanted(Level.L3, "ana", people("ben", "bob", "sue"), OWNER, None) != ()
    assert counts(Level.L3, *people("carl"), "ana", OWNER, SECURITY).startswith("this needs one of the owning team")


def test_a_group_of_the_session_in_which_somebody_spoke_makes_them_one_of_the_team() -> None:
    (carl,) = grouped = people("carl", groups=frozenset({"sec-ops"}))
    assert counts(Level.L3, carl, "ana", OWNER, SECURITY) == ""
    assert wanted(Level.L3, "ana", grouped, OWNER, SECURITY) == ("someone of Payments",)
    assert wanted(Level.L3, "ana", (*grouped, *people("ben")), OWNER, SECURITY) == ()
    assert SECURITY.through(carl) == "sign-in group sec-ops"


def test_a_group_that_the_team_has_no_more_counts_for_nothing() -> None:
    (carl,) = grouped = people("carl", groups=frozenset({"sec-ops", "other"}))
    without = replace(SECURITY, oidc_groups=frozenset())
    assert wanted(Level.L3, "ana", (*grouped, *people("ben")), OWNER, without) == ("someone of Security",)
    assert counts(Level.L3, carl, "ana", OWNER, without).startswith("this needs one of the owning team")
    assert wanted(Level.L3, "ana", (*grouped, *people("ben")), OWNER, None) != ()


def test_whoever_left_the_configuration_is_silent() -> None:
    assert people("gone") == ()
    assert wanted(Level.L2, "ana", people("gone"), OWNER, SECURITY) == ("one other person",)


def test_a_user_group_counts_as_it_is_now() -> None:
    groups = GroupRegister()
    team = replace(SECURITY, slack_group="S0SEC", groups=groups)
    ben_and_carl = people("ben", "carl")
    assert wanted(Level.L3, "ana", ben_and_carl, OWNER, team) == ("someone of Security",)  # nobody could ask yet
    groups.learn({"S0SEC": frozenset({"carl"})})
    assert wanted(Level.L3, "ana", ben_and_carl, OWNER, team) == ()
    assert team.through(*people("carl")) == "user group S0SEC"
    groups.learn({"S0SEC": frozenset()})
    assert wanted(Level.L3, "ana", ben_and_carl, OWNER, team) == ("someone of Security",)
