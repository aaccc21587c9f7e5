"""One ingress rule that lets the whole internet in, and what closes when it goes. No I/O here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORLD = frozenset({"0.0.0.0/0", "::/0"})
_EVERYTHING = "-1"  # EC2's word for every protocol; its ports then read -1 too


@dataclass(frozen=True, slots=True)
class Rule:
    """One ingress rule from one address range. Ports are inclusive; ``protocol`` is tcp, udp … or -1 for all."""

    id: str
    protocol: str
    from_port: int
    to_port: int
    cidr: str
    description: str
    tags: Mapping[str, str]

    def covers(self, protocol: str, port: int) -> bool:
        """Whether this rule lets traffic to ``port`` in."""
        if self.protocol == _EVERYTHING:
            return True
        return self.protocol == protocol and self.from_port <= port <= self.to_port

    @property
    def words(self) -> str:
        """The rule as people read it: ``tcp 22 from 0.0.0.0/0``."""
        if self.protocol == _EVERYTHING:
            return f"every protocol and port from {self.cidr}"
        return f"{self.protocol} {_span(self.from_port, self.to_port)} from {self.cidr}"

    def same_access(self, other: Rule) -> bool:
        """Whether both let the same traffic in; EC2 allows only one such rule in a group."""
        return self._access == other._access

    def same(self, other: Rule) -> bool:
        """Whether nothing but the id differs; AWS's own tags (``aws:``) are not ours to restore."""
        return (
            self._access == other._access
            and self.description == other.description
            and own_tags(self) == own_tags(other)
        )

    @property
    def _access(self) -> tuple[str, int, int, str]:
        return (self.protocol, self.from_port, self.to_port, self.cidr)


def own_tags(rule: Rule) -> dict[str, str]:
    """The rule's tags without those that only AWS may set."""
    return {key: value for key, value in rule.tags.items() if not key.startswith("aws:")}


def as_json(rule: Rule) -> dict[str, Any]:
    """The rule as JSON values, for a plan's state and a receipt."""
    return {
        "id": rule.id,
        "protocol": rule.protocol,
        "from_port": rule.from_port,
        "to_port": rule.to_port,
        "cidr": rule.cidr,
        "description": rule.description,
        "tags": dict(rule.tags),
    }


def from_json(values: Mapping[str, Any]) -> Rule:
    """What :func:`as_json` wrote."""
    return Rule(**values)


def also_closed(rule: Rule, protocol: str, port: int, staying: Sequence[Rule]) -> str:
    """What else loses access from the rule's source when the rule goes, besides ``port``; "" when nothing does.

    What another rule that stays lets in from the same source is not lost.
    """
    kept = [other for other in staying if other.cidr == rule.cidr]
    if rule.protocol == _EVERYTHING:
        names = ", ".join(f"{other.protocol} {_span(other.from_port, other.to_port)}" for other in kept)
        return "every other protocol and port" + (f" except {names}" if names else "")
    spans = [(rule.from_port, rule.to_port)]
    holes = [(other.from_port, other.to_port) for other in kept if other.protocol == rule.protocol]
    for hole in [(port, port), *holes]:
        spans = [piece for span in spans for piece in _without(span, hole)]
    return f"{protocol} " + ", ".join(_span(*span) for span in spans) if spans else ""


def _without(span: tuple[int, int], hole: tuple[int, int]) -> list[tuple[int, int]]:
    pieces = [(span[0], min(span[1], hole[0] - 1)), (max(span[0], hole[1] + 1), span[1])]
    return [piece for piece in dict.fromkeys(pieces) if piece[0] <= piece[1]]


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
