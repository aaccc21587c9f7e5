"""What happens to a record that cannot be read: it is set aside with its place and reason, and its siblings go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from connectors.contract.finding import Quarantined, Record
from connectors.text import clean
from connectors.wild import Unreadable, Wild

_EXCERPT = 4_000
_HIDDEN = "(hidden)"
_TELLING = (
    "secret",
    "password",
    "passwd",
    "token",
    "credential",
    "private",
    "apikey",
    "api_key",
    "match",
    "snippet",
    "content",
    "code",  # scanners of code and of secrets quote what they found
    "lines",
    "issue_text",
    "extract",
    "evidence",
)
# What scanners of the web sent and saw. As texts they may hold a secret; as lists and objects they are something else.
_TRAFFIC = frozenset({"request", "response", "attack", "otherinfo", "curl-command", "plugin_output", "results"})


def excerpt(value: Any) -> str:
    """The record's JSON for the quarantine page, at most 4,000 characters, without what may be a secret."""
    return clean(json.dumps(_veiled(value), ensure_ascii=False), _EXCERPT)


def _veiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _HIDDEN if held and _is_telling(key, held) else _veiled(held) for key, held in value.items()}
    return [_veiled(held) for held in value] if isinstance(value, list) else value


def _is_telling(key: str, held: Any) -> bool:
    key = key.lower()
    return any(word in key for word in _TELLING) or (isinstance(held, str) and key in _TRAFFIC)


def set_aside(error: Unreadable, record: Wild) -> Quarantined:
    """The quarantine entry for one unreadable record."""
    return Quarantined(error.pointer, error.reason, excerpt(record.value))


def each(records: Iterable[Wild], read: Callable[[Wild], Iterable[Record]]) -> Iterator[Record]:
    """What ``read`` makes of each record: all its findings, or one quarantine entry."""
    for record in records:
        try:
            yield from tuple(read(record))
        except Unreadable as error:
            yield set_aside(error, record)


def patiently(records: Iterable[Record], whole: Any = None) -> Iterator[Record]:
    """The records; where reading them breaks off outside any one record, what came before stays, and it is said where.

    ``whole`` is what is shown of it on the quarantine page.
    """
    try:
        yield from records
    except Unreadable as error:
        yield Quarantined(error.pointer, error.reason, "" if whole is None else excerpt(whole))
