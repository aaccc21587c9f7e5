"""One human being has one set of rights, whichever of their identities pressed the button."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.groups import GroupRegister
from bot.model.person import Channel, People, Person, Team
from connectors.contract.message import Identity

ANA = Person(id="ana", name="Ana Sousa", identities=(("slack", "T1:U1"), ("console", "ana")))
BEN = Person(id="ben", name="Ben Okafor", identities=(("slack", "T1:U2"),))
PAYMENTS = Team(id="payments", name="Payments", lead="ben", members=("ana", "ben"))
PEOPLE = People((ANA, BEN), (PAYMENTS,))


@pytest.mark.parametrize("identity", [Identity("slack", "T1:U1", "whoever"), Identity("console", "ana", "Ben Okafor")])
def test_every_identity_of_a_person_is_that_person(identity: Identity) -> None:
    assert PEOPLE.of(identity) == ANA


@pytest.mark.parametrize(
    "identity",
    [
        Identity("slack", "T2:U1", "Ana Sousa"),  # another workspace's member of the same id
        Identity("slack", "T1:u1"),
        Identity("console", "T1:U1"),  # an id of another platform
        Identity("console", "ben", "ben"),  # a person, but not one who may sign in there
        Identity("", ""),
    ],
)
def test_an_identity_nobody_claimed_is_nobody(identity: Identity) -> None:
    assert PEOPLE.of(identity) is None


def test_a_team_has_its_lead_first_and_everyone_once() -> None:
    assert PAYMENTS.people == ("ben", "ana")
    assert Team(id="empty", name="Empty").people == ()


def test_teams_and_leads_are_found() -> None:
    assert PEOPLE.teams_of(ANA) == (PAYMENTS,)
    assert PEOPLE.leads(BEN, "payments")
    assert not PEOPLE.leads(ANA, "payments")
    assert not PEOPLE.leads(BEN, "no-such-team")


def test_what_a_mention_and_a_sentence_need() -> None:
    assert ANA.on("slack") == "T1:U1"
    assert BEN.on("console") == ""
    assert PEOPLE.names(("ben", "ana", "ben", "nobody")) == ("Ana Sousa", "Ben Okafor")
    assert str(Channel("slack", "C0PAY")) == "slack:C0PAY"


def test_a_groups_people_are_of_the_team_while_they_are_in_it() -> None:
    groups = GroupRegister()
    team = Team(id="pay", name="Pay", lead="ana", slack_group="S0PAY", groups=groups)
    other = Team(id="ops", name="Ops", groups=groups)
    people = People((Person(id="ana", name="Ana"), Person(id="ben", name="Ben")), (team, other), groups)
    ben = people.person("ben")
    assert ben is not None
    assert (people.teams_of(ben), team.people) == ((), ("ana",))

    people.groups.learn({"S0PAY": frozenset({"ben"})})
    assert (people.teams_of(ben), team.people, other.people) == ((team,), ("ana", "ben"), ())

    people.groups.learn({})
    assert people.teams_of(ben) == ()


def test_an_address_names_one_person_who_has_no_identity_there() -> None:
    ana = Person(id="ana", name="Ana", email="Ana@example.com")
    ben = Person(id="ben", name="Ben", email="ben@example.com", identities=(("slack", "T1:U1"),))
    twins = tuple(Person(id=each, name=each, email="both@example.com") for each in ("cy", "di"))
    people = People((ana, ben, *twins))
    assert people.by_email("ana@example.com", "slack") == ana
    assert people.by_email("ben@example.com", "slack") is None
    assert people.by_email("ben@example.com", "teams") == ben
    assert people.by_email("both@example.com", "slack") is None
    assert people.by_email("", "slack") is None


# --- groups of a session

OPS = Team(id="ops", name="Ops", lead="ben", oidc_groups=frozenset({"ops", "sre"}))
GROUPED = People((ANA, BEN), (PAYMENTS, OPS))


def test_a_session_with_a_team_s_group_makes_a_member() -> None:
    ana = GROUPED.of(Identity("console", "ana", groups=("staff", "sre")))

    assert ana == ANA  # the same human being
    assert GROUPED.teams_of(ana) == (PAYMENTS, OPS)
    assert OPS.has(ana)
    assert not GROUPED.leads(ana, "ops")


@pytest.mark.parametrize(
    "identity",
    [
        Identity("console", "ana"),
        Identity("console", "ana", groups=("staff", "OPS", "op", "")),  # groups are compared exactly
        Identity("slack", "T1:U1", groups=("ops",)),  # no chat's word makes a member
    ],
)
def test_no_other_session_does(identity: Identity) -> None:
    assert GROUPED.teams_of(GROUPED.of(identity)) == (PAYMENTS,)


def test_nobody_becomes_somebody_by_a_group() -> None:
    assert GROUPED.of(Identity("console", "ben", groups=("ops",))) is None


def test_an_email_that_two_share_is_nobodys() -> None:
    one, two = Person(id="a", name="A", email="x@example.com"), Person(id="b", name="B", email="X@example.com")

    assert People((one,), ()).by_email("X@EXAMPLE.com", "oidc") == one
    assert People((one, two), ()).by_email("x@example.com", "oidc") is None
    assert People((ANA,), ()).by_email("", "oidc") is None
    tied = replace(one, identities=(("oidc", "s-1"),))
    assert People((tied,), ()).by_email("x@example.com", "oidc") is None
