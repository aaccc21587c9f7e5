"""From typed words to a verb: one grammar for Slack, the console and the terminal."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterable

_LONGEST = 2_000
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")  # "that's" opens no quote


class NotReadable(ValueError):
    """The words cannot be split: a quote is left open."""


def split(words: str) -> tuple[str, ...]:
    """Words, with quotes for what has spaces; typographic quotes, which phones put in, count as plain ones."""
    plain = words[:_LONGEST].translate(str.maketrans("“”„‘’", '"""\'\''))
    try:
        return tuple(word.replace("’", "'") for word in shlex.split(_APOSTROPHE.sub("’", plain)))
    except ValueError as error:
        raise NotReadable("a quote is left open; close it, or leave it out") from error


def split_page(words: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """``payments page 2`` as the words before, and 2; without a page it is the first."""
    if len(words) >= 2 and words[-2].lower() == "page" and words[-1].isascii() and words[-1].isdigit():
        return words[:-2], max(1, int(words[-1][:6]))
    return words, 1


def nearest(word: str, verbs: Iterable[str]) -> str:
    """The verb that was most likely meant, "" when none is near."""
    found = difflib.get_close_matches(word.lower(), list(verbs), n=1, cutoff=0.5)
    return found[0] if found else ""
