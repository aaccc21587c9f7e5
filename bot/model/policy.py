"""Who may do what where. A rule must say yes; where no rule speaks, the answer is no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.model.change_window import ChangeWindow
from bot.model.levels import LevelRule
from bot.model.person import People, Person, Team
from bot.model.priority_tables import Priority
from bot.model.working_days import WorkingDays


class Act(StrEnum):
    """What a button or a command asks for."""

    FIX = "fix"  # see a plan and run it
    UNDO = "undo"  # take a run back
    TICKET = "ticket"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    ACCEPT_RISK = "accept-risk"
    NOT_OURS = "not-ours"
    MINE = "mine"  # take what nobody owns for one's own team
    TEMPLATE_DONE = "template-done"
    APPROVE = "approve"  # say yes or no to what somebody else asked for
    STOP = "stop"  # halt a run, or take it out of the queue
    FREEZE = "freeze"  # no changes in an environment; and end such a freeze
    BREAK_GLASS = "break-glass"  # run what needs a yes or a window without either: named, reasoned, loudly announced
    REPLAY = "replay"  # read a quarantined record again
    VIEW = "view"


# The acts that a rule's ``fixes`` narrows.
CHANGES_SYSTEMS = frozenset({Act.FIX, Act.UNDO, Act.APPROVE, Act.BREAK_GLASS})
UNKNOWN_ENVIRONMENT = "unknown"  # how a rule names the environment of an asset whose environment nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a rule speaks of; one match suffices.

    ``owner``: anyone of the case's team; ``lead``: that team's lead; ``anyone``: everybody in config/teams.yaml.
    """

    people: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    owner: bool = False
    lead: bool = False
    anyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One yes. None for ``environments`` or ``fixes`` means any, which the file has to say in so many words."""

    who: Who
    acts: frozenset[Act]
    environments: frozenset[str] | None = frozenset()
    fixes: frozenset[str] | None = frozenset()
    where: str = ""  # config/policy.yaml:12

    def covers(self, act: Act, environment: str, fix: str) -> bool:
        """Whether the rule speaks of this act there, whoever asks."""
        if act not in self.acts:
            return False
        if self.environments is not None and (environment or UNKNOWN_ENVIRONMENT) not in self.environments:
            return False
        # A fix or undo that is not named ("could they fix anything here?") needs a rule for any fix.
        return act not in CHANGES_SYSTEMS or self.fixes is None or fix in self.fixes

    def includes(self, person: Person, owner: Team | None, people: People) -> bool:
        """Whether the rule speaks of this person, for a case of that owner."""
        if self.who.anyone or person.id in self.who.people:
            return True
        if owner and self.who.owner and owner.has(person):
            return True
        if owner and self.who.lead and person.id == owner.lead:
            return True
        return any(team.id in self.who.teams for team in people.teams_of(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much may be changed before somebody looks."""

    targets_per_run: int = 20
    targets_per_hour: int = 100  # in one environment
    failures: int = 2  # so many failed runs within an hour freeze their environment


@dataclass(frozen=True, slots=True)
class Protected:
    """What no fix ever touches: a glob over a target's id, or its asset's."""

    pattern: str
    where: str  # config/policy.yaml:60

    def holds(self, name: str) -> bool:
        return fnmatchcase(name.lower(), self.pattern.lower())


APPROVAL_LASTS: Mapping[Priority, timedelta] = {
    Priority.IMMEDIATE: timedelta(minutes=30),
    Priority.OUT_OF_CYCLE: timedelta(hours=4),
    Priority.SCHEDULED: timedelta(hours=24),
    Priority.DEFER: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules, and the people they speak of. The empty policy allows nothing."""

    rules: tuple[Rule, ...] = ()
    people: People = field(default_factory=People)
    levels: tuple[LevelRule, ...] = ()
    security: str = ""  # the team whose yes L3 needs; "" : nobody can give it
    acceptance_approvers: Mapping[Priority, str] = field(default_factory=dict)  # whose yes an accepted risk needs
    approval_lasts: Mapping[Priority, timedelta] = field(default_factory=lambda: APPROVAL_LASTS)
    windows: tuple[ChangeWindow, ...] = ()
    caps: Caps = Caps()
    protected: tuple[Protected, ...] = ()
    fresh_sign_in: timedelta = timedelta(minutes=10)  # how old a sign-in may be for what cannot be undone, at L3
    glass_reviewed: WorkingDays = field(default_factory=WorkingDays)  # when a broken glass is looked at

    def protects(self, names: Iterable[str]) -> Protected | None:
        """The entry that keeps every fix away from what bears one of these names, or None."""
        known = [name for name in names if name]
        return next((each for each in self.protected if any(each.holds(name) for name in known)), None)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, by this rule; its ``where`` goes into the audit record."""

    rule: Rule

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """No: a sentence for the person who asked, and the names of those who could, for the next sentence."""

    why: str
    who_could: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return False


def may(
    policy: Policy, person: Person | None, act: Act, *, environment: str, owner: str, fix: str = ""
) -> Allowed | Denied:
    """Whether this person may do this act on a case of that owner (a team's id) in that environment.

    ``person`` is None for an identity nobody claimed. ``environment`` "" means unknown; only a rule that says ``any``
    or ``unknown`` covers it. The first rule that says yes is the one named.
    """
    team = policy.people.team(owner)
    covering = [rule for rule in policy.rules if rule.covers(act, environment, fix)]
    if person is not None and policy.people.person(person.id) == person:
        for rule in covering:
            if rule.includes(person, team, policy.people):
                return Allowed(rule)
    who_could = policy.people.names(_everyone(covering, team, policy.people)) + _groups(covering, team, policy.people)
    return Denied(_sentence(person, act, environment, fix, who_could), who_could)


def environments_of(policy: Policy, others: Iterable[str] = ()) -> tuple[str, ...]:
    """Every environment that rules, levels and windows name, and ``others``; sorted, without the unknown one."""
    named = set(others)
    spoken_of = [each.environments for each in policy.rules]
    spoken_of += [each.environments for each in policy.levels] + [each.environments for each in policy.windows]
    named = named.union(*(each for each in spoken_of if each))
    return tuple(sorted(named - {"", UNKNOWN_ENVIRONMENT}))


def may_act(policy: Policy, act: Act, environment: str, owner: str, fix: str = "") -> tuple[Person, ...]:
    """Everybody who may do this act there, in the order of config/teams.yaml."""
    covering = [rule for rule in policy.rules if rule.covers(act, environment, fix)]
    able = set(_everyone(covering, policy.people.team(owner), policy.people))
    return tuple(person for person in policy.people.people if person.id in able)


def _everyone(rules: list[Rule], owner: Team | None, people: People) -> Iterator[str]:
    for person in people.people:
        if any(rule.includes(person, owner, people) for rule in rules):
            yield person.id


def _groups(rules: list[Rule], owner: Team | None, people: People) -> tuple[str, ...]:
    """In words, the sign-in groups whose members could: they are not known by name until they sign in."""
    named = {team for rule in rules for team in rule.who.teams} | {
        owner.id for rule in rules if owner is not None and rule.who.owner
    }
    return tuple(sorted({words for team in people.teams if team.id in named for words in team.by_sign_in}))


def _sentence(person: Person | None, act: Act, environment: str, fix: str, who_could: tuple[str, ...]) -> str:
    place = f"in {environment}" if environment else "where the environment is unknown"
    what = f'"{act.value}" ({fix})' if fix and act in CHANGES_SYSTEMS else f'"{act.value}"'
    if person is None:
        begin = "I don't know who you are: this identity belongs to no person in config/teams.yaml"
    else:
        begin = f"No rule in config/policy.yaml lets {person.name} do {what} {place} for this team"
    return f"{begin}." if who_could else f"{begin}. Nobody may."
