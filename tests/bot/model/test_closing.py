"""A case that statements closed says so in its state, and never that it was fixed."""

from __future__ import annotations

import pytest

from bot.model.case import CaseState
from bot.model.closing import NOT_AFFECTED, STATED_FIXED, Closing, Stood
from bot.views.card import state_words

VENDOR, OTHER = "Example Vendor (openvex), 2026-03-02", "Example Distribution (csaf), 2026-03-01"


@pytest.mark.parametrize(
    ("closing", "words", "brief"),
    [
        (Closing((Stood(NOT_AFFECTED, VENDOR, 3),)), f"not affected, says {VENDOR}", "not affected"),
        (
            Closing((Stood(STATED_FIXED, VENDOR, 1),)),
            f"fixed in the version that is there, says {VENDOR}",
            "stated fixed",
        ),
        (
            Closing((Stood(NOT_AFFECTED, VENDOR, 2),), fixed=5),
            f"2 not affected, says {VENDOR}; 5 fixed",
            "in part not affected",
        ),
        (
            Closing((Stood(NOT_AFFECTED, VENDOR, 2), Stood(STATED_FIXED, OTHER, 1))),
            f"2 not affected, says {VENDOR}; 1 by 1 other statement",
            "in part not affected",
        ),
        (
            Closing((Stood(NOT_AFFECTED, VENDOR, 2), Stood(NOT_AFFECTED, OTHER, 1))),
            f"2 not affected, says {VENDOR}; 1 by 1 other statement",
            "not affected",
        ),
        (
            Closing((Stood(STATED_FIXED, OTHER, 1),), fixed=1),
            f"1 fixed in the version that is there, says {OTHER}; 1 fixed",
            "stated fixed",
        ),
    ],
    ids=["not-affected", "stated-fixed", "and-fixed", "both-words", "two-authors", "stated-and-fixed"],
)
def test_who_says_so(closing: Closing, words: str, brief: str) -> None:
    assert state_words(CaseState.FIXED, closing) == f"CLOSED: {words}"
    assert state_words(CaseState.FIXED, closing, brief=True) == f"CLOSED: {brief}"


def test_what_was_fixed_is_called_fixed_and_what_is_open_open() -> None:
    assert state_words(CaseState.FIXED, None) == "FIXED"
    assert state_words(CaseState.OPEN, Closing((Stood(NOT_AFFECTED, VENDOR, 1),))) == "open"


def test_a_card_tells_it_in_a_sentence() -> None:
    alone = Closing((Stood(NOT_AFFECTED, VENDOR, 2),))
    assert alone.sentence == f"It is not affected, says {VENDOR}."
    mixed = Closing((Stood(NOT_AFFECTED, VENDOR, 2),), fixed=5)
    assert mixed.sentence == f"Of its 7 findings: 2 not affected, says {VENDOR}; 5 fixed."
