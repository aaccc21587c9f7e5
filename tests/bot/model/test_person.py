"""One human being has one set of rights, whichever of their identities pressed the button."""

from __future__ import annotations

import pytest

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
