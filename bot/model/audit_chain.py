"""What holds the audit trail together: each record's hash, over its own words and the hash before. No database here,
so that an exported trail is checked by the same rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

NOTHING_BEFORE = "0" * 64  # what the first record follows
COLUMNS = ("sequence", "at", "who", "act", "target", "where_from", "outcome", "detail", "previous", "hash")


@dataclass(frozen=True, slots=True)
class Head:
    """The last record: how many there are and its hash. As text ``12:9f86…``: what is kept elsewhere as an anchor."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head from its text. Raises ValueError."""
        sequence, colon, digest = text.strip().partition(":")
        if not (colon and sequence.isascii() and sequence.isdecimal() and re.fullmatch(r"[0-9a-f]{64}", digest)):
            raise ValueError(f"{text[:100]!r} is no head of an audit trail; it looks like 12:9f86… (64 hex digits)")
        return cls(int(sequence), digest)


BEGINNING = Head(0, NOTHING_BEFORE)


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain holds from its first record to its last. ``gaps``: records left out of an export, where allowed."""

    count: int
    head: Head
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain does not hold: the first record that is wrong or missing, and how."""

    sequence: int
    why: str


def words_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record's words as they are hashed and exported: all columns but ``hash``, its time as RFC 3339 in UTC."""
    words = {name: value for name, value in row.items() if name != "hash"}
    if isinstance(words["at"], datetime):
        words["at"] = words["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return words


def digest(row: Mapping[str, Any]) -> str:
    """The hash of a record: SHA-256 over the RFC 8785 canonical JSON of its words."""
    return hashlib.sha256(rfc8785.dumps(words_of(row))).hexdigest()


def wrong(row: Mapping[str, Any], last: Head, anchor: Head | None = None, *, gaps: bool = False) -> Broken | None:
    """What is wrong with the record that comes after ``last``; None when it fits.

    ``anchor`` is a head noted down earlier. With ``gaps`` records may be left out before this one, as a filter does.
    """
    sequence, follows = row["sequence"], row["sequence"] == last.sequence + 1
    if not follows and not (gaps and sequence > last.sequence):
        return _out_of_order(sequence, last)
    try:
        computed = digest(row)
    except (rfc8785.CanonicalizationError, TypeError, AttributeError):
        return Broken(sequence, "was changed: it is no longer something that we could have written")
    if computed != row["hash"]:
        return Broken(
            sequence, "was changed, or another record was put in its place: its hash is not that of its words"
        )
    if follows and row["previous"] != last.hash:
        return Broken(sequence, f"does not follow record {last.sequence}: one of the two was inserted or written anew")
    if anchor and sequence == anchor.sequence and computed != anchor.hash:
        return Broken(sequence, "is not the record of the anchor: the trail was written anew")
    return None


def short_of(last: Head, anchor: Head | None) -> Broken | None:
    """A trail that ends before its anchor was cut off."""
    if anchor and anchor.sequence > last.sequence:
        return Broken(last.sequence + 1, f"is missing: the trail ends before record {anchor.sequence} of the anchor")
    return None


def _out_of_order(sequence: int, last: Head) -> Broken:
    expected = last.sequence + 1
    if sequence < expected:
        return Broken(sequence, "was inserted before the first record")
    missing = f"record {expected}" if sequence == expected + 1 else f"records {expected} to {sequence - 1}"
    return Broken(expected, f"is missing: {missing} deleted, or moved elsewhere")
