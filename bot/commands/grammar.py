"""From typed words to a verb: one grammar for Slack, the console and the terminal."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_LONGEST = 2_000
# Quotes hold words together where they stand around words; within one they are letters: it's, 5", O'Neil.
_WORD = re.compile(r"""  "([^"]*)"(?!\S) | '([^']*)'(?!\S) | (\S+)  """, re.VERBOSE)


class NotReadable(ValueError):
    """The words cannot be split: a quote is left open, or nobody types so much."""


def split(words: str) -> tuple[str, ...]:
    """Words, with quotes for what has spaces; typographic quotes, which phones put in, count as plain ones.

    Nothing that was typed is lost: a reason stands in the trail as it was given.
    """
    if len(words) > _LONGEST:
        raise NotReadable(f"that is longer than {_LONGEST} characters; say it shorter")
    plain = words.translate(str.maketrans("“”„‘’", '"""\'\''))
    found = [next(part for part in each.groups() if part is not None) for each in _WORD.finditer(plain)]
    if plain.count('"') % 2 and any(each.startswith('"') for each in found):
        raise NotReadable("a quote is left open; close it, or leave it out")
    return tuple(found)


def split_page(words: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """``payments page 2`` as the words before, and 2; without a page it is the first."""
    if len(words) >= 2 and words[-2].lower() == "page" and words[-1].isascii() and words[-1].isdigit():
        return words[:-2], max(1, int(words[-1][:6]))
    return words, 1


def nearest(word: str, verbs: Iterable[str]) -> str:
    """The verb that was most likely meant, "" when none is near."""
    found = difflib.get_close_matches(word.lower(), list(verbs), n=1, cutoff=0.5)
    return found[0] if found else ""
