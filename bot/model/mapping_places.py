"""The places of a JSON body as JMESPath expressions: what holds a value, and where lists of like objects lie.

The body is a stranger's: only so many places, so deep, with keys of a reasonable length are looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_DEEPEST = 6
_MOST = 400
_LONGEST_KEY = 60
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# Values under such keys are not shown to anybody: they may be secrets.
_TELLING = ("secret", "password", "passwd", "token", "credential", "private", "apikey", "api_key")


@dataclass(frozen=True, slots=True)
class Place:
    """One value that is no object: a text, a number, a flag, or a list of texts."""

    keys: tuple[str, ...]
    expression: str
    value: Any

    @property
    def names(self) -> tuple[str, str]:
        """The last key, and the last two as one word, without case and punctuation: (``id``, ``ruleid``)."""
        words = [re.sub(r"[^a-z0-9]", "", key.lower()) for key in self.keys[-2:]]
        return words[-1], "".join(words)


@dataclass(frozen=True, slots=True)
class RecordList:
    """A list of objects, and the expression that finds all of them; "" is the body itself."""

    expression: str
    records: tuple[dict[str, Any], ...]


def places(record: dict[str, Any]) -> list[Place]:
    """Every value of one record, the outer ones first; of a list of objects the first one's."""
    found: list[Place] = []
    layer: list[tuple[tuple[str, ...], str, Any]] = [((), "", record)]
    for _ in range(_DEEPEST):
        below: list[tuple[tuple[str, ...], str, Any]] = []
        for keys, expression, held in layer:
            for key, value, step in _members(held):
                inner = keys if key is None else (*keys, key)
                where = _joined(expression, step)
                if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
                    below.append((inner, where, value))
                elif value not in (None, "", []):
                    found.append(Place(inner, where, value))
            if len(found) + len(below) > _MOST:
                return found[:_MOST]
        layer = below
    return found


def record_lists(body: Any) -> list[RecordList]:
    """Every list of objects, the outer ones first; the body itself, where it is an object, comes last."""
    found = [RecordList("", _objects(body))] if isinstance(body, list) and _objects(body) else []
    layer: list[tuple[str, list[Any]]] = [("", [body] if isinstance(body, dict) else [])]
    for _ in range(_DEEPEST):
        below: list[tuple[str, list[Any]]] = []
        for expression, held in layer:
            for key in _keys_of(held):
                values = [one[key] for one in held if isinstance(one, dict) and key in one]
                where = _joined(expression, _quoted(key))
                below += _deeper(where, values, found)
        layer = below[:_MOST]
    return [*found[:_MOST], RecordList("", (body,))] if isinstance(body, dict) else found


def _deeper(where: str, values: list[Any], found: list[RecordList]) -> Iterator[tuple[str, list[Any]]]:
    records = tuple(one for value in values if isinstance(value, list) for one in _objects(value))[:_MOST]
    if records:
        # Below a projection only a flattening keeps one flat list.
        found.append(RecordList(f"{where}[]" if "[]" in where else where, records))
        yield f"{where}[]", list(records)
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        yield where, objects


def _keys_of(held: list[Any]) -> list[str]:
    first = next((one for one in held if isinstance(one, dict)), {})
    return [key for key in list(first)[:_MOST] if len(key) <= _LONGEST_KEY]


def _objects(value: list[Any]) -> tuple[dict[str, Any], ...]:
    return tuple(one for one in value[:_MOST] if isinstance(one, dict))


def _members(held: Any) -> Iterator[tuple[str | None, Any, str]]:
    """(key, value, the step to it) of an object, or of the first object of a list."""
    if isinstance(held, list):
        yield None, held[0], "[0]"
        return
    for key, value in list(held.items())[:_MOST]:
        if len(key) <= _LONGEST_KEY and not any(word in key.lower() for word in _TELLING):
            yield key, value, _quoted(key)


def _quoted(key: str) -> str:
    return key if _PLAIN.match(key) else json.dumps(key)


def _joined(expression: str, step: str) -> str:
    return f"{expression}.{step}" if expression and not step.startswith("[") else expression + step
