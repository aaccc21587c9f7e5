"""How tickets are filled in: a team completes the installation, and only words of ours get into fields."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.priority_tables import Priority
from bot.model.ticket_mapping import WORDS, TicketMapping, filled_in, unknown_words


def test_what_a_team_leaves_empty_is_the_installations() -> None:
    theirs = TicketMapping(project="PAY", priorities={Priority.DEFER: "Trivial"}, fields={"a": 1})
    whole = TicketMapping(
        project="SEC",
        issue_type="Task",
        priorities={Priority.DEFER: "Low", Priority.IMMEDIATE: "Max"},
        fields={"b": 2},
    )
    assert theirs.over(whole) == TicketMapping(
        project="PAY",
        issue_type="Task",
        priorities={Priority.DEFER: "Trivial", Priority.IMMEDIATE: "Max"},
        fields={"a": 1, "b": 2},
    )
    assert TicketMapping().over(whole) == whole


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{severity} in {environment}", "high in production"),
        ({"value": "{case}"}, {"value": "S-12"}),
        ([{"name": "{owner}"}, 7, None, True], [{"name": "Payments"}, 7, None, True]),
        ("{due}{priority}", "2026-03-02immediate"),
        ("{ severity }", "{ severity }"),
    ],
)
def test_words_in_braces_are_filled_in_at_any_depth(value: Any, filled: Any) -> None:
    words = dict(zip(WORDS, ("S-12", "2026-03-02", "production", "Payments", "immediate", "high"), strict=True))
    assert filled_in(value, words) == filled


def test_words_that_nobody_fills_in_are_found_at_any_depth() -> None:
    assert unknown_words({"a": ["{severity}", {"b": "{title} {title}"}], "c": 3}) == ("title", "title")
