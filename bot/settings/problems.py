"""What is wrong with a configuration, said all at once, each with its place and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. It reads ``config/teams.yaml:12: teams[1].ownz: unknown key; did you mean "owns"?``"""

    file: str  # as the person named it; "environment" for an environment variable
    line: int  # 1 is the first line; 0: the mistake has no line
    field: str  # teams[1].ownz; "" when the whole file is meant
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        sentence = f"{self.what}; {self.remedy}" if self.remedy else self.what
        return ": ".join(part for part in (place, self.field, sentence) if part)


class ConfigurationError(Exception):
    """The configuration has mistakes; nothing was started. ``problems`` holds every one of them, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean "owns"?`` when one known word is close, else the list of what is known (at most twelve)."""
    words = sorted(set(known))
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    if not words:
        return ""
    listed = ", ".join(words[:12])
    return f"known: {listed}{', …' if len(words) > 12 else ''}"
