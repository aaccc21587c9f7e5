"""What happens to a record that cannot be read: it is set aside with its place and reason, and its siblings go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from connectors.contract.finding import Quarantined, Record
from connectors.text import clean
from connectors.wild import Unreadable, Wild

K = TypeVar("K")
V = TypeVar("V")
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
# What scanners of secrets call what they quote (Gitleaks before 8, TruffleHog); a number under these is no quotation.
_QUOTED = frozenset({"line", "offender", "raw", "rawv2", "redacted", "diff", "printdiff", "stringsfound"})
# What is a secret wherever it stands: private keys, tokens of AWS, GitHub, GitLab, Slack and Google, JSON Web Tokens,
# passwords in addresses, and what is assigned to a name that says so.
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}"
    r"|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{8,}|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"
    r"|://[^/\s:@]*:[^/\s:@]+@|(?i:api_?key|secret|token|passwo?r?d)\w*\s*[=:]\s*[\"']?[^\s\"']{8,}"
)


def excerpt(value: Any) -> str:
    """The record's JSON for the quarantine page, at most 4,000 characters, without what may be a secret."""
    return clean(json.dumps(_veiled(value), ensure_ascii=False), _EXCERPT)


def _veiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _HIDDEN if held and _is_telling(key, held) else _veiled(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_veiled(held) for held in value]
    return _HIDDEN if isinstance(value, str) and _SECRET.search(value) else value


def _is_telling(key: str, held: Any) -> bool:
    key = key.lower()
    if any(word in key for word in _TELLING) or (key in _QUOTED and isinstance(held, str | list)):
        return True
    return isinstance(held, str) and key in _TRAFFIC


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


def each_head(heads: Mapping[K, Wild], read: Callable[[Wild], V], made: dict[K, V]) -> Iterator[Quarantined]:
    """Puts what ``read`` makes of each head into ``made``, under its place; one that cannot be read is set aside."""
    return each_placed(heads, lambda _, head: read(head), made)


def each_placed(heads: Mapping[K, Wild], read: Callable[[K, Wild], V], made: dict[K, V]) -> Iterator[Quarantined]:
    """The same where a head is read by its place too, as what it lies within tells more of it."""
    for place, head in heads.items():
        try:
            made[place] = read(place, head)
        except Unreadable as error:
            yield set_aside(error, head)


def patiently(records: Iterable[Record], whole: Any = None) -> Iterator[Record]:
    """The records; where reading them breaks off outside any one record, what came before stays, and it is said where.

    ``whole`` is what is shown of it on the quarantine page.
    """
    try:
        yield from records
    except Unreadable as error:
        yield Quarantined(error.pointer, error.reason, "" if whole is None else excerpt(whole))
