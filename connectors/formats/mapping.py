"""Any JSON in our own simple shape, or read into it by JMESPath expressions that the administrator wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Record
from connectors.formats.simple import FIELDS, simple_records
from connectors.quarantine import each, set_aside
from connectors.text import one_line
from connectors.wild import Unreadable, Wild

ITEMS = "items"  # the mapping's own word: where the list of findings lies
_NAMES = frozenset({ITEMS, *FIELDS})


def check_mapping(mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, in words for the start: a field nobody knows, an expression that is no JMESPath."""
    wrong = [f"{name}: no such field; there are {ITEMS}, {', '.join(FIELDS)}" for name in mapping if name not in _NAMES]
    for name, expression in mapping.items():
        try:
            jmespath.compile(expression)
        except JMESPathError as error:
            wrong.append(f"{name}: {expression!r} is no JMESPath expression: {one_line(str(error))}")
    return wrong


def ours_or_mapped(
    body: Wild, mapping: Mapping[str, str], read: Callable[[Wild], Iterator[Finding]]
) -> Iterator[Record]:
    """What ``read`` makes of each record in our own shape, as it was sent or through the mapping where there is one.

    A record that cannot be read, or on which an expression fails, is set aside. Raises UnknownShape when there is none.
    """
    return _mapped(body, mapping, read) if mapping else each(simple_records(body), read)


def _mapped(body: Wild, mapping: Mapping[str, str], read: Callable[[Wild], Iterator[Finding]]) -> Iterator[Record]:
    try:
        records = _search(mapping[ITEMS], body) if ITEMS in mapping else body.value
    except Unreadable as error:
        raise UnknownShape(error.reason) from None
    listed = records if isinstance(records, list) else [records]
    if records is None or records == []:
        raise UnknownShape(f"the mapping's {ITEMS} finds nothing in it")
    for number, value in enumerate(listed):
        record = Wild(value, body.pointer(), number) if isinstance(records, list) else body
        try:
            yield from tuple(read(Wild(_as_ours(record, mapping), record.pointer())))
        except Unreadable as error:
            yield set_aside(error, record)


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _search(expression: str, record: Wild) -> Any:
    try:
        return _compiled(expression).search(record.value)
    except JMESPathError as error:
        raise record.bad(f"the mapping's expression {expression!r} fails here: {one_line(str(error))}") from None


def _as_ours(record: Wild, mapping: Mapping[str, str]) -> dict[str, Any]:
    """One record in our own shape."""
    ours: dict[str, Any] = {"resource": {}}
    for name, expression in mapping.items():
        if name != ITEMS:
            inside, _, key = name.rpartition(".")
            (ours["resource"] if inside else ours)[key] = _search(expression, record)
    return ours
