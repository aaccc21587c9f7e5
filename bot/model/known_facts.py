"""What was known of a case when somebody decided to live with it; and what is news beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.priority import PriorityFacts
from connectors.contract.context import Exposure


class FactKind(StrEnum):
    """The facts that end a snooze or an accepted risk, whatever they do to the priority."""

    EXPLOITED = "known-exploited"  # a vulnerability is on the known-exploited list
    ATTACKED = "attacked"  # a detection on the same asset, or a leaked secret that works
    EXPOSED = "exposed"  # open to the internet


@dataclass(frozen=True, slots=True)
class News:
    """One fact that is true now and was not known then. ``subject`` is a CVE, or the id of a resource."""

    kind: FactKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """The facts of a case at one time. What is missing from ``exploited`` or ``attacked`` was not known to be so."""

    listed: bool = False  # whether a known-exploited list was loaded at all
    exploited: frozenset[str] = frozenset()  # CVEs
    attacked: frozenset[str] = frozenset()  # resources
    exposure: Mapping[str, Exposure] = field(default_factory=dict)  # by resource; UNKNOWN where nobody knew

    @property
    def exposed(self) -> frozenset[str]:
        """The resources that are open to the internet."""
        return frozenset(each for each, exposure in self.exposure.items() if exposure is Exposure.OPEN)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "listed": self.listed,
            "exploited": sorted(self.exploited),
            "attacked": sorted(self.attacked),
            "exposure": {resource: self.exposure[resource].value for resource in sorted(self.exposure)},
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> KnownFacts:
        """From what ``stored`` made."""
        return cls(
            listed=stored["listed"],
            exploited=frozenset(stored["exploited"]),
            attacked=frozenset(stored["attacked"]),
            exposure={resource: Exposure(word) for resource, word in stored["exposure"].items()},
        )

    def words(self) -> str:
        """``exploited: CVE-2014-0160; open to the internet: 1 of 3`` for a record of the trail."""
        exploited = ", ".join(sorted(self.exploited)) or ("none" if self.listed else "unknown")
        return f"exploited: {exploited}; open to the internet: {len(self.exposed)} of {len(self.exposure)}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One open finding as it is seen now: its resource, its facts, and which of its CVEs are on the list."""

    resource: str
    facts: PriorityFacts
    exploited: frozenset[str]


def known_of(sightings: Iterable[Sighting]) -> KnownFacts:
    """The facts of these findings together; of several on one resource, the worst exposure."""
    exploited: set[str] = set()
    attacked: set[str] = set()
    exposure: dict[str, Exposure] = {}
    listed = False
    for each in sightings:
        listed = listed or each.facts.known_exploited is not None
        exploited |= each.exploited
        if each.facts.detection_on_asset or each.facts.secret_active:
            attacked.add(each.resource)
        seen = _exposure(each.facts)
        if exposure.get(each.resource) is not Exposure.OPEN:
            exposure[each.resource] = seen
    return KnownFacts(listed=listed, exploited=frozenset(exploited), attacked=frozenset(attacked), exposure=exposure)


def _exposure(facts: PriorityFacts) -> Exposure:
    """What is known, without the assumptions that a priority makes."""
    return Exposure.OPEN if facts.world_open or facts.public_repository else facts.exposure


def news_since(then: KnownFacts, now: KnownFacts) -> tuple[News, ...]:
    """What makes a decision void that was taken on ``then``. ``now`` may be of some of the case's findings only.

    A resource that joined later is news only where none was attacked, or exposed, when it was decided: one more of
    the same is what the person knew.
    """
    found = [News(FactKind.EXPLOITED, cve) for cve in sorted(now.exploited - then.exploited)]
    for kind, before, after in (
        (FactKind.ATTACKED, then.attacked, now.attacked),
        (FactKind.EXPOSED, then.exposed, now.exposed),
    ):
        fresh = (each for each in sorted(after - before) if each in then.exposure or not before)
        found += [News(kind, each) for each in fresh]
    return tuple(found)
