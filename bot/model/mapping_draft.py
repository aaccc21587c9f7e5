"""A first draft of a JMESPath mapping for a body of unknown shape: guessed from names and values, each guess explained.

It is a beginning for a person, not a parser: nothing is read by it before somebody has put it into config/sources.yaml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.mapping_fields import NEEDED, NO_SYSTEM, OF_A_CLASS, RULES, FieldRule
from bot.model.mapping_places import Place, RecordList, places, record_lists
from connectors.text import one_line

ITEMS = "items"
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\[\d*\])?(\.[A-Za-z_][A-Za-z0-9_]*(\[\d*\])?)*\Z")
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UIDS = ("findingid", "alertid", "issueid", "uuid", "guid", "id")
_LISTS_TRIED = 40
_COMPARED = 5  # records
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Guess:
    """One line of the draft."""

    field: str
    expression: str
    why: str
    sample: str = ""  # what it finds in the first record, cut


@dataclass(frozen=True, slots=True)
class Draft:
    """The guesses, ``items`` first; ``lacking`` are the needed fields for which nothing was found."""

    guesses: tuple[Guess, ...] = ()
    lacking: tuple[str, ...] = ()
    uid: Guess | None = None  # perhaps; only a person knows whether the tool keeps it

    def as_yaml(self) -> str:
        """The lines for config/sources.yaml, under ``sources:``."""
        lines = ["generic:", "  mapping:"]
        lines += [f"    {guess.field}: {_scalar(guess.expression)}  # {guess.why}" for guess in self.guesses]
        lines += [f"    # {field}: nothing looks like it; say where it lies" for field in self.lacking]
        if self.uid is not None:
            lines.append(f"    # uid: {_scalar(self.uid.expression)}  # {self.uid.why}")
        return "\n".join(lines)


def draft(body: Any) -> Draft:
    """The best draft for one body; an empty one where it holds no object at all."""
    drafts = [(_of_list(listed), listed) for listed in record_lists(body)[:_LISTS_TRIED]]
    if not drafts:
        return Draft()
    return max(drafts, key=lambda pair: _worth(*pair))[0]


def _worth(found: Draft, listed: RecordList) -> tuple[int, int, int, int]:
    """More needed fields first; then what does not pick the first of many; then more fields, and more records."""
    picked = sum("[0]" in guess.expression for guess in found.guesses)
    return (-len(found.lacking), -picked, len(found.guesses), len(listed.records))


def _of_list(listed: RecordList) -> Draft:
    left = places(listed.records[0])
    same = _same_in_all(listed)
    guesses = []
    if listed.expression:
        count = len(listed.records)
        why = "one object lies in this list" if count == 1 else f"{count} objects lie in this list"
        guesses.append(Guess(ITEMS, listed.expression, why))
    lacking = []
    for rule in RULES:
        guess = _best(rule, [place for place in left if not _is_a_class(rule, place, same)])
        if guess is None:
            lacking += [rule.field] if rule.field in NEEDED else []
            continue
        guesses.append(guess)
        left = [place for place in left if place.expression != guess.expression]
    return _stand_in(Draft(tuple(guesses), tuple(lacking), _uid(left)))


def _best(rule: FieldRule, left: Sequence[Place]) -> Guess | None:
    named = [
        (rule.names.index(name), number, name, place)
        for number, place in enumerate(left)
        for name in place.names
        if name in rule.names and rule.fits(place.value)
    ]
    if named:
        _, _, _, place = min(named, key=lambda one: one[:2])
        return _guess(rule.field, place, "by its name")
    fits = rule.by_value
    others = [place for place in left if not NO_SYSTEM.search(place.names[0])]
    found = next((place for place in others if fits is not None and fits(place.value)), None)
    return _guess(rule.field, found, rule.why) if found is not None else None


def _same_in_all(listed: RecordList) -> frozenset[str]:
    """Where the first records of a list of several say the same: that tells none of them from another."""
    if len(listed.records) < 2:
        return frozenset()
    told = [
        {(place.expression, repr(place.value)) for place in places(record)} for record in listed.records[:_COMPARED]
    ]
    return frozenset(expression for expression, _ in set.intersection(*told))


def _is_a_class(rule: FieldRule, place: Place, same: frozenset[str]) -> bool:
    """Whether this would make one rule of everything: ``"type": "issue"``, in each record."""
    return rule.field == "rule" and place.names[0] in OF_A_CLASS and place.expression in same


def _stand_in(found: Draft) -> Draft:
    """A finding needs a title and a rule; where only one was found, it stands for the other. A CVE is a rule too."""
    have = {guess.field: guess for guess in found.guesses}
    guesses, lacking = list(found.guesses), list(found.lacking)
    for field, other in (("rule", "cve"), ("rule", "title"), ("title", "rule"), ("title", "cve")):
        if field in lacking and other in have:
            same = have[other]
            guesses.append(Guess(field, same.expression, f"nothing else looks like one; the {other}", same.sample))
            lacking.remove(field)
    return Draft(tuple(guesses), tuple(lacking), found.uid)


def _uid(left: Sequence[Place]) -> Guess | None:
    for name in _UIDS:
        for place in left:
            if name in place.names and isinstance(place.value, str | int) and not isinstance(place.value, bool):
                return _guess("uid", place, "only if the tool keeps it for the life of the finding")
    return None


def _guess(field: str, place: Place, why: str) -> Guess:
    sample = place.value if isinstance(place.value, str) else json.dumps(place.value, ensure_ascii=False)
    return Guess(field, place.expression, why, one_line(sample, _SHOWN))


def _scalar(expression: str) -> str:
    """The expression as YAML reads it back: plain where it is plain, else in double quotes (JSON is YAML)."""
    plain = _BARE.match(expression) and expression.lower() not in _SPECIAL
    return expression if plain else json.dumps(expression)
