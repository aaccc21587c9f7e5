"""No rule means no; and the rules mean what a reader of the file would say they mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.person import People, Person, Team
from bot.model.policy import Act, Allowed, Denied, Policy, Rule, Who, may

ANA, BEN, CHRIS = (Person(id=name.lower(), name=name) for name in ("Ana", "Ben", "Chris"))
PAYMENTS = Team(id="payments", name="Payments", lead="ben", members=("chris",))
SECURITY = Team(id="security", name="Security", lead="ana")
PEOPLE = People((ANA, BEN, CHRIS), (PAYMENTS, SECURITY))


def rule(who: Who, *acts: Act, environments: frozenset[str] | None = None, fixes: frozenset[str] | None = None) -> Rule:
    return Rule(who=who, acts=frozenset(acts), environments=environments, fixes=fixes, where="config/policy.yaml:3")


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("person", [ANA, BEN, CHRIS, None])
def test_an_empty_policy_allows_nothing(act: Act, person: Person | None) -> None:
    answer = may(Policy((), PEOPLE), person, act, environment="production", owner="payments", fix="close-port")

    assert isinstance(answer, Denied)
    assert answer.who_could == ()
    assert answer.why.endswith("Nobody may.")


@pytest.mark.parametrize(
    "bare", [Rule(who=Who(anyone=True), acts=frozenset(Act)), Rule(who=Who(), acts=frozenset(Act))]
)
def test_a_rule_that_leaves_something_out_allows_nothing(bare: Rule) -> None:
    assert not may(Policy((bare,), PEOPLE), ANA, Act.VIEW, environment="production", owner="payments")


def test_a_denial_names_who_could_and_an_approval_names_its_rule() -> None:
    policy = Policy((rule(Who(lead=True), Act.FIX, environments=frozenset({"production"})),), PEOPLE)

    denied = may(policy, CHRIS, Act.FIX, environment="production", owner="payments", fix="close-port")
    allowed = may(policy, BEN, Act.FIX, environment="production", owner="payments", fix="close-port")

    assert denied == Denied(
        'No rule in config/policy.yaml lets Chris do "fix" (close-port) in production for this team.',
        ("Ben",),
    )
    assert allowed == Allowed(policy.rules[0])


def test_nobody_is_told_apart_from_somebody_without_a_rule() -> None:
    policy = Policy((rule(Who(anyone=True), Act.VIEW),), PEOPLE)

    answer = may(policy, None, Act.VIEW, environment="production", owner="payments")

    assert isinstance(answer, Denied)
    assert answer.why.startswith("I don't know who you are")
    assert answer.who_could == ("Ana", "Ben", "Chris")


def test_a_person_the_configuration_no_longer_has_is_nobody() -> None:
    gone = Person(id="dora", name="Dora")
    impostor = Person(id="ana", name="Not Ana")
    policy = Policy((rule(Who(anyone=True, people=frozenset({"dora", "ana"})), Act.VIEW),), PEOPLE)

    for person in (gone, impostor):
        assert not may(policy, person, Act.VIEW, environment="production", owner="payments")


def test_an_unknown_environment_is_covered_only_by_any_or_by_name() -> None:
    def allowed(environments: frozenset[str] | None) -> bool:
        policy = Policy((rule(Who(people=frozenset({"ana"})), Act.SNOOZE, environments=environments),), PEOPLE)
        return bool(may(policy, ANA, Act.SNOOZE, environment="", owner="payments"))

    assert allowed(None)
    assert allowed(frozenset({"unknown"}))
    assert not allowed(frozenset({"production", "staging", "development", ""}))


def test_a_rule_for_one_fix_is_no_rule_for_another_nor_for_an_unnamed_one() -> None:
    policy = Policy((rule(Who(owner=True), Act.FIX, Act.TICKET, fixes=frozenset({"close-port"})),), PEOPLE)

    def allowed(act: Act, fix: str) -> bool:
        return bool(may(policy, CHRIS, act, environment="production", owner="payments", fix=fix))

    assert allowed(Act.FIX, "close-port")
    assert not allowed(Act.FIX, "block-public-access")
    assert not allowed(Act.FIX, "")
    assert allowed(Act.TICKET, "")  # the list of fixes narrows fixes only


# --- an oracle that was written from config/policy.yaml's comments, not from the code


def oracle(policy: Policy, person: str, act: Act, environment: str, owner: str, fix: str) -> bool:
    teams = {"payments": {"ben", "chris"}, "security": {"ana"}}
    leads = {"payments": "ben", "security": "ana"}
    for each in policy.rules:
        who = each.who
        spoken_of = who.anyone or person in who.people
        spoken_of |= any(person in teams.get(team, set()) for team in who.teams)
        spoken_of |= who.owner and person in teams.get(owner, set())
        spoken_of |= who.lead and leads.get(owner) == person
        there = each.environments is None or (environment or "unknown") in each.environments
        with_it = act not in ("fix", "undo", "approve", "break-glass") or each.fixes is None or fix in each.fixes
        if spoken_of and act in each.acts and there and with_it:
            return True
    return False


def names(*words: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words))


FLAG = st.booleans()
WHO = st.builds(
    Who, people=names("ana", "ben", "chris"), teams=names("payments", "security"), owner=FLAG, lead=FLAG, anyone=FLAG
)
RULES = st.lists(
    st.builds(
        Rule,
        who=WHO,
        acts=st.frozensets(st.sampled_from(list(Act)), max_size=4),
        environments=st.none() | names("production", "staging", "unknown"),
        fixes=st.none() | names("close-port", "block-public-access"),
    ),
    max_size=4,
)


@settings(max_examples=400, deadline=None)
@given(
    rules=RULES,
    person=st.sampled_from([ANA, BEN, CHRIS]),
    act=st.sampled_from(list(Act)),
    environment=st.sampled_from(["production", "staging", "development", ""]),
    owner=st.sampled_from(["payments", "security", "gone", ""]),
    fix=st.sampled_from(["close-port", "block-public-access", ""]),
)
def test_the_policy_agrees_with_the_oracle(
    rules: list[Rule], person: Person, act: Act, environment: str, owner: str, fix: str
) -> None:
    policy = Policy(tuple(rules), PEOPLE)

    answer = may(policy, person, act, environment=environment, owner=owner, fix=fix)

    assert bool(answer) == oracle(policy, person.id, act, environment, owner, fix)
    if isinstance(answer, Denied):
        could = {p.name for p in PEOPLE.people if oracle(policy, p.id, act, environment, owner, fix)}
        assert set(answer.who_could) == could


def test_a_session_s_group_counts_for_owner_and_team_rules_and_never_for_lead() -> None:
    grouped = Team(id="payments", name="Payments", lead="ben", oidc_groups=frozenset({"pay-ops"}))
    people = People((ANA, BEN, CHRIS), (grouped,))
    chris = replace(CHRIS, groups=frozenset({"pay-ops"}))
    by_owner, by_team = rule(Who(owner=True), Act.SNOOZE), rule(Who(teams=frozenset({"payments"})), Act.ASSIGN)
    policy = Policy((by_owner, by_team, rule(Who(lead=True), Act.FIX)), people)

    def asked(person: Person, act: Act) -> Allowed | Denied:
        return may(policy, person, act, environment="production", owner="payments")

    assert asked(chris, Act.SNOOZE) == Allowed(by_owner)
    assert asked(chris, Act.ASSIGN) == Allowed(by_team)
    assert not asked(chris, Act.FIX)
    denied = asked(CHRIS, Act.SNOOZE)
    assert isinstance(denied, Denied)
    assert denied.who_could == ("Ben", "whoever signs in with the group pay-ops")
