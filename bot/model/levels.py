"""How many people must agree before something running is changed: L0 to L3, by what is at stake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.model.priority_tables import Priority


class Level(IntEnum):
    """The higher, the more people. What no entry of the policy fits needs the highest."""

    L0 = 0  # nobody: the policy itself says yes, by name
    L1 = 1  # whoever may press, alone
    L2 = 2  # one other person
    L3 = 3  # two others: one of the owning team, one of the security team

    def raised(self) -> Level:
        """One higher, as for what cannot wait for its change window."""
        return Level(min(self + 1, Level.L3))

    def asks_for_sign_in(self, *, reversible: bool) -> bool:
        """Whether whoever asks, and whoever says yes, must have proved lately who they are: no way leads back."""
        return self is Level.L3 and not reversible


LEVEL_WORDS = {
    Level.L0: "nobody: it starts by itself",
    Level.L1: "one person's press",
    Level.L2: "the yes of one other person",
    Level.L3: "the yes of two others, one of the owning team and one of the security team",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants to do, as far as a level depends on it."""

    environment: str  # "" = unknown
    fix: str
    priority: Priority
    reversible: bool  # every target of the plan can be put back
    targets: int  # how many would change


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """One entry. None is "any"; the first entry that fits decides."""

    level: Level
    environments: frozenset[str] | None = frozenset()
    fixes: frozenset[str] | None = None
    priorities: frozenset[Priority] | None = None
    reversible: bool | None = None  # True: only what can be undone
    targets: int | None = None  # at most so many
    where: str = ""  # config/policy.yaml:40

    def fits(self, proposal: Proposal, unknown: str) -> bool:
        """Whether the entry speaks of this; ``unknown`` is the word for an environment nobody knows."""
        return (
            (self.environments is None or (proposal.environment or unknown) in self.environments)
            and (self.fixes is None or proposal.fix in self.fixes)
            and (self.priorities is None or proposal.priority in self.priorities)
            and (self.reversible is None or proposal.reversible == self.reversible)
            and (self.targets is None or proposal.targets <= self.targets)
        )


def level_of(rules: Sequence[LevelRule], proposal: Proposal, unknown: str = "unknown") -> tuple[Level, str]:
    """(level, where the policy says so). What no entry fits is L3: silence is no permission."""
    for rule in rules:
        if rule.fits(proposal, unknown):
            return rule.level, rule.where
    return Level.L3, "no entry of levels in config/policy.yaml fits"
