"""Matching a turn to a person: by id, by address, by the one name in it; never by a guess."""

from __future__ import annotations

import pytest

from bot.model.on_call import person_of
from bot.model.person import People, Person
from connectors.contract.context import Shift

ANA = Person(id="ana", name="Ana Sousa", email="Ana@example.com")
BEN = Person(id="ben", name="Ben Okafor", email="ben@example.com")
CHRIS = Person(id="chris", name="Chris Lindqvist")  # whose address nobody wrote down
PEOPLE = People((ANA, BEN, CHRIS, Person(id="an", name="Ana")))


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"id": "ben"}, BEN),
        ({"email": "ana@EXAMPLE.com"}, ANA),
        ({"name": "On Call - Ben Okafor - Payments"}, BEN),
        ({"name": "ben okafor"}, BEN),
        ({"id": "zoe"}, None),
        ({"email": "zoe@example.com", "name": "Ben Okafor"}, None),
        ({"email": "chris@example.com", "name": "Chris Lindqvist"}, CHRIS),
        ({"name": "On Call - Ana Sousa - Payments"}, None),  # Ana, or Ana Sousa?
        ({"name": "Benjamin Okaforson"}, None),
        ({"name": ""}, None),
    ],
)
def test_whose_turn_it_is(told: dict[str, str], meant: Person | None) -> None:
    assert person_of(Shift(starts=None, ends=None, **told), PEOPLE) == meant
