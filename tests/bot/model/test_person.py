"""One human being has one set of rights, whichever of their identities pressed the button."""

from __future__ import annotations

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
