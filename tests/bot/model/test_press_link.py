"""Links behind buttons: only what we signed is read, and only as we signed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.press_link import PressLink, read, sign

KEY, OTHER = b"k" * 32, b"o" * 32
UNTIL = datetime(2026, 3, 2, 21, tzinfo=UTC)
LINK = PressLink("Zm9v-b_r", UNTIL)
WORD = sign(KEY, LINK)


def test_what_was_signed_is_read() -> None:
    assert read(KEY, WORD) == LINK
    assert WORD.startswith("Zm9v-b_r.1772485200.")
    assert set(WORD) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_is_over_at_its_end() -> None:
    assert not LINK.is_over(UNTIL - timedelta(seconds=1))
    assert LINK.is_over(UNTIL)


@pytest.mark.parametrize(
    "word",
    [
        "",
        ".",
        "..",
        WORD[:-1],
        WORD + "=",
        WORD.rpartition(".")[0],
        WORD.replace("Zm9v", "Zm8v"),
        WORD.replace("1772485200", "1972485200"),
        sign(OTHER, LINK),
        sign(b"", LINK),
        WORD + "x" * 300,
        "é" + WORD,
        "\ud800",
    ],
)
def test_nothing_else_is(word: str) -> None:
    assert read(KEY, word) is None


@settings(deadline=None)
@given(st.text(max_size=120))
def test_whatever_is_said_is_no_link_of_ours(word: str) -> None:
    assert read(KEY, word) is None


@settings(deadline=None)
@given(st.integers(0, len(WORD) - 1), st.characters())
def test_not_a_character_of_it_can_be_changed(place: int, character: str) -> None:
    changed = WORD[:place] + character + WORD[place + 1 :]
    assert read(KEY, changed) == (LINK if changed == WORD else None)
