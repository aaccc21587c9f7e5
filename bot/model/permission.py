"""May this person do this act there, by which rule, and who could? The rules are policy's; here is the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.model.levels import Level, Proposal, level_of
from bot.model.person import Person
from bot.model.policy import CHANGES_SYSTEMS, Act, Allowed, Denied, Policy, may
from bot.model.priority_tables import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case or an asset, as policy looks at it: whose it is, and in which environment ("" = unknown)."""

    name: str  # S-12, shop-1
    title: str = ""
    owner: str  # team id
    owner_why: str = ""
    environment: str


@dataclass(frozen=True, slots=True)
class Need:
    """How many must agree before one target is changed, at these priorities; where it says so.

    ``signed_in``: how fresh the sign-in of each of them has to be, None where it does not matter."""

    level: Level
    priorities: tuple[Priority, ...]
    where: str
    reversible: bool = True
    signed_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no for one fix, "" where the act is about none; and everyone who could."""

    fix: str
    answer: Allowed | Denied
    who_could: tuple[str, ...]
    needs: tuple[Need, ...] = ()  # of a fix that may be asked for: how many must agree then


@dataclass(frozen=True, slots=True)
class Permission:
    """The whole answer."""

    person: Person
    act: Act
    place: Place
    verdicts: tuple[Verdict, ...]

    @property
    def allowed(self) -> bool:
        """Whether every verdict is a yes."""
        return bool(self.verdicts) and all(isinstance(each.answer, Allowed) for each in self.verdicts)


def permission(policy: Policy, person: Person, act: Act, place: Place, fixes: Iterable[str]) -> Permission:
    """Ask policy. An act that changes systems is asked of each fix, since a rule may allow one and not another."""
    asked = tuple(fixes) if act in CHANGES_SYSTEMS else ()
    return Permission(person, act, place, tuple(_verdict(policy, person, act, place, fix) for fix in asked or ("",)))


def _verdict(policy: Policy, person: Person, act: Act, place: Place, fix: str) -> Verdict:
    answer = may(policy, person, act, environment=place.environment, owner=place.owner, fix=fix)
    nobody = may(policy, None, act, environment=place.environment, owner=place.owner, fix=fix)
    needs = _needs(policy, place, fix) if act is Act.FIX and isinstance(answer, Allowed) else ()
    return Verdict(fix, answer, nobody.who_could if isinstance(nobody, Denied) else (), needs)


def _needs(policy: Policy, place: Place, fix: str) -> tuple[Need, ...]:
    """The smallest plan's level at each priority, for what can be undone and for what cannot."""
    return (*_needs_of(policy, place, fix, reversible=True), *_needs_of(policy, place, fix, reversible=False))


def _needs_of(policy: Policy, place: Place, fix: str, *, reversible: bool) -> Iterator[Need]:
    """Priorities of one level together, the most urgent first."""
    found: dict[tuple[Level, str], list[Priority]] = {}
    for priority in sorted(Priority, key=lambda each: each.rank):
        smallest = Proposal(environment=place.environment, fix=fix, priority=priority, reversible=reversible, targets=1)
        found.setdefault(level_of(policy.levels, smallest), []).append(priority)
    for (level, where), priorities in found.items():
        signed_in = policy.fresh_sign_in if level.asks_for_sign_in(reversible=reversible) else None
        yield Need(level, tuple(priorities), where, reversible, signed_in)
