"""Beside yes or no: how many must agree before the smallest fix of a place."""

from __future__ import annotations

from bot.model.levels import Level, LevelRule
from bot.model.permission import Place, permission
from bot.model.person import People, Person
from bot.model.policy import Act, Policy, Rule, Who
from bot.model.priority_tables import Priority
from bot.views.permission import permission_lines

ANA = Person(id="ana", name="Ana")
RULE = Rule(who=Who(anyone=True), acts=frozenset(Act), environments=None, fixes=None, where="policy:1")
URGENT = LevelRule(
    level=Level.L1, environments=None, priorities=frozenset({Priority.IMMEDIATE}), reversible=True, where="policy:2"
)
PLACE = Place(name="S-1", owner="payments", environment="production")


def lines(policy: Policy, act: Act = Act.FIX) -> list[str]:
    return list(permission_lines(permission(policy, ANA, act, PLACE, ["close-port"]), "Payments"))


def test_a_fix_says_how_many_must_agree_at_which_priority() -> None:
    said = lines(Policy((RULE,), People((ANA,)), (URGENT,)))

    assert said[1] == "For one target that can be undone: L1, one person's press, when immediate (policy:2)."
    assert said[2].startswith("For one target that can be undone: L3, the yes of two others")
    assert said[3].startswith("For one target that cannot be undone: L3, the yes of two others")
    assert "; each of them, and whoever asks, signed in to the console within the last 10 minutes (no" in said[3]
    assert ", when out-of-cycle or scheduled or defer (no entry of levels" in said[2]


def test_other_acts_and_refusals_say_nothing_of_it() -> None:
    assert len(lines(Policy((RULE,), People((ANA,)), (URGENT,)), Act.SNOOZE)) == 2
    assert len(lines(Policy((), People((ANA,)), (URGENT,)))) == 2
