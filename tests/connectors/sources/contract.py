"""What the general tests must know of one source, each with a reason: tests/payloads/<source>/contract.json.

``known_by``: words that look like wording but are what a finding is known by. ``ordered``: lists whose order means
something. ``severities``: further keys that tell a severity. ``repeats``: files that tell one finding twice on purpose.
``fixed_severity``: files whose findings have a severity without any key that tells it.
Keys are a key, or ``parent.key``; files go by their name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from tests.connectors.sources.payloads import TESTS
from tests.connectors.sources.shapes import plain


@dataclass(frozen=True)
class Contract:
    """The exceptions of one source: what -> why."""

    known_by: Mapping[str, str] = field(default_factory=dict)
    ordered: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, str] = field(default_factory=dict)
    fixed_severity: Mapping[str, str] = field(default_factory=dict)

    def is_known_by(self, key: str, parent: str) -> bool:
        return _is_in(self.known_by, key, parent)

    def is_ordered(self, key: str, parent: str = "") -> bool:
        return _is_in(self.ordered, key, parent)

    def tells_severity(self, key: str) -> bool:
        return _is_in(self.severities, key, "")


def _is_in(told: Mapping[str, str], key: str, parent: str) -> bool:
    names = {plain(key), f"{plain(parent)}.{plain(key)}"}
    return any(".".join(plain(part) for part in one.split(".")) in names for one in told)


def contract_of(source: str, tests: Path = TESTS) -> Contract:
    """The exceptions of a source; none where it has no such file. Raises ValueError on an unknown kind or no reason."""
    path = tests / "payloads" / source / "contract.json"
    told = json.loads(path.read_text()) if path.exists() else {}
    unknown = set(told) - {one.name for one in fields(Contract)}
    if unknown or not all(isinstance(why, str) and why for held in told.values() for why in held.values()):
        raise ValueError(f"{path}: {', '.join(sorted(unknown)) or 'an exception without a reason'}")
    return Contract(**told)
