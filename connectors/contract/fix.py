"""A fix: code that can change a running system, show beforehand what it would change, prove it, and take it back.

A fix is one file with one ``FIX``. It never sees an alert's text: its target is a key, checked by strict grammar, and
its plan is built from the platform's own answer. No branch of a fix knows whether it runs against an emulator.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from connectors.contract.finding import Finding


class RiskLevel(StrEnum):
    UNKNOWN = "unknown"  # nothing is known; never shown as low
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known: what, where it was read, and when."""

    text: str
    where: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """How bad, and every reason a fact."""

    level: RiskLevel
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a fix acts on: an account we hold and a key of strict grammar. ``arguments`` are grammar-checked too."""

    account: str
    region: str
    id: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One changed thing, readable: ``tcp 22 from 0.0.0.0/0`` / allowed / removed."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying would change on one target. ``state`` is the platform's answer, enough to apply and to undo."""

    fix: str
    target: Target
    title: str
    changes: tuple[Change, ...]  # empty: nothing to do, the target is already as wanted
    blast_radius: tuple[Fact, ...]  # what depends on it
    operational_risk: Risk  # what it would break
    reversible: bool
    state: Mapping[str, Any]  # JSON values only
    read_at: datetime

    @property
    def digest(self) -> str:
        """What an approval binds to: target and changes and the state they were read from, not the time of reading."""
        parts = {
            "fix": self.fix,
            "target": [self.target.account, self.target.region, self.target.id, dict(self.target.arguments)],
            "changes": [[c.what, c.before, c.after] for c in self.changes],
            "state": self.state,
        }
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What ``undo`` needs: the state found before, and what was really changed. JSON values only."""

    fix: str
    target: Target
    found: Mapping[str, Any]
    changed: tuple[Change, ...]  # empty: there was nothing left to change


@dataclass(frozen=True, slots=True)
class Verification:
    """The target, read back. ``holds`` is None when it could not be read: the result is unknown, never assumed."""

    holds: bool | None
    evidence: tuple[Fact, ...]


class Access(Protocol):
    """A way into one account with one purpose, made from config; a fix gets it and never looks for one."""

    def client(self, service: str, region: str) -> Any:
        """A client of the platform's SDK for ``service``, e.g. boto3's ``ec2``."""


class Fix(Protocol):
    """The five things a fix can do. All are synchronous and run in a thread; all may be run again.

    They raise Retriable (nothing happened), Ambiguous (it may have), or NeedsHuman (missing permission, target gone).
    """

    id: str
    title: str
    platform: str  # which accounts it needs: "aws"
    docs: str  # one paragraph: what it changes, what it needs, how it is undone
    permissions: Mapping[str, Sequence[str]]  # {"read": [...], "write": [...]}: exact, for the docs and the policy

    def offers(self, finding: Finding) -> Target | None:
        """The target this fix could act on for that finding, or None."""

    def plan(self, target: Target, read: Access, now: datetime) -> Plan: ...

    def apply(self, plan: Plan, write: Access, intend: Callable[[Mapping[str, Any]], None]) -> Receipt:
        """Converge: look first; call ``intend(found)``, which stores the state found, before the first write."""

    def verify(self, target: Target, read: Access, now: datetime, *, undone: Receipt | None = None) -> Verification:
        """Read the target back. With ``undone`` given: is it again as that receipt found it?"""

    def undo(self, receipt: Receipt, write: Access) -> Receipt: ...
