"""May this person do this act there, by which rule, and who could? The rules are policy's; here is the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.person import Person
from bot.model.policy import CHANGES_SYSTEMS, Act, Allowed, Denied, Policy, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case or an asset, as policy looks at it: whose it is, and in which environment ("" = unknown)."""

    name: str  # S-12, shop-1
    title: str = ""
    owner: str  # team id
    owner_why: str = ""
    environment: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no for one fix, "" where the act is about none; and everyone who could."""

    fix: str
    answer: Allowed | Denied
    who_could: tuple[str, ...]


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
    return Verdict(fix, answer, nobody.who_could if isinstance(nobody, Denied) else ())
