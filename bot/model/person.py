"""People and their teams: one human being, whichever of their identities pressed the button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.model.groups import GroupRegister
from bot.model.ticket_mapping import TicketMapping
from connectors.contract.message import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human being. ``identities`` are (platform, id on it): ("slack", "T012:U345"), ("console", "ana").

    ``groups`` are those of their session that make them a member of some team while it lasts; whoever reads the
    configuration finds none there. They make nobody another person, so they do not count in comparing.
    """

    id: str
    name: str
    email: str = ""
    identities: tuple[tuple[str, str], ...] = ()
    groups: frozenset[str] = field(default=frozenset(), compare=False)

    def on(self, platform: str) -> str:
        """Their id on one platform, "" if they are not there: what a mention needs."""
        return next((identity for where, identity in self.identities if where == platform), "")


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go: a chat and its own id of a channel. As text: ``slack:C0PAYMENTS``."""

    chat: str
    id: str

    def __str__(self) -> str:
        return f"{self.chat}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The people answerable for what they own. The lead is a member whether listed or not."""

    id: str
    name: str
    lead: str = ""  # a person's id
    members: tuple[str, ...] = ()  # people's ids
    channel: Channel | None = None  # None: reached only through a route
    jira: TicketMapping = field(default_factory=TicketMapping)  # what is empty: as the installation's
    slack_group: str = ""  # a user group whose members are members too
    oidc_groups: frozenset[str] = frozenset()  # whoever signs in with one of these is a member for that session
    groups: GroupRegister = field(default_factory=GroupRegister, repr=False, compare=False)

    def on(self, platform: str) -> str:
        """The team's id on one platform, "" if it has none there: what a mention needs."""
        return self.slack_group if platform == "slack" else ""

    @property
    def people(self) -> tuple[str, ...]:
        """Everyone of the team, each once: the lead, whom the file names, then who is in its user group now."""
        named = (self.lead, *self.members) if self.lead else self.members
        return tuple(dict.fromkeys((*named, *sorted(self.groups.members(self.slack_group)))))

    def has(self, person: Person) -> bool:
        """Whether they are of the team, by the configuration, its user group or their session's groups."""
        return bool(self.through(person))

    def through(self, person: Person) -> str:
        """What makes them one of the team, in words; "" when nothing does."""
        if person.id == self.lead or person.id in self.members:
            return "config/teams.yaml"
        if person.id in self.groups.members(self.slack_group):
            return f"user group {self.slack_group}"
        shared = sorted(self.oidc_groups & person.groups)
        return f"sign-in group {shared[0]}" if shared else ""

    @property
    def by_sign_in(self) -> tuple[str, ...]:
        """In words, whoever could be of the team by signing in: they are not known by name before."""
        return tuple(f"whoever signs in with the group {group}" for group in sorted(self.oidc_groups))


@dataclass(frozen=True, slots=True)
class People:
    """Everyone the configuration knows; whoever it does not know is nobody."""

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    groups: GroupRegister = field(default_factory=GroupRegister, repr=False, compare=False)  # the teams' own
    _by_id: Mapping[str, Person] = field(init=False, repr=False, compare=False)
    _by_identity: Mapping[tuple[str, str], Person] = field(init=False, repr=False, compare=False)
    _teams: Mapping[str, Team] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {person.id: person for person in self.people})
        known = {identity: person for person in self.people for identity in person.identities}
        object.__setattr__(self, "_by_identity", known)
        object.__setattr__(self, "_teams", {team.id: team for team in self.teams})

    def of(self, identity: Identity) -> Person | None:
        """Who that is, or None: an identity nobody claimed in config/teams.yaml is nobody. Names are not looked at.

        The one place where a session's groups become teams; they count on the console only, where we opened it.
        """
        person = self._by_identity.get((identity.platform, identity.id))
        if person is None or identity.platform != "console" or not identity.groups:
            return person
        named = frozenset(group for team in self.teams for group in team.oidc_groups)
        return replace(person, groups=named.intersection(identity.groups))

    def by_email(self, email: str, platform: str) -> Person | None:
        """Who has that address and no identity of their own on the platform; two people with one address are nobody."""
        found = [each for each in self.people if email and each.email.lower() == email.lower()]
        return found[0] if len(found) == 1 and not found[0].on(platform) else None

    def person(self, person_id: str) -> Person | None:
        return self._by_id.get(person_id)

    def team(self, team_id: str) -> Team | None:
        return self._teams.get(team_id)

    def teams_of(self, person: Person) -> tuple[Team, ...]:
        return tuple(team for team in self.teams if team.has(person))

    def leads(self, person: Person, team_id: str) -> bool:
        team = self._teams.get(team_id)
        return team is not None and team.lead == person.id

    def names(self, people_ids: Iterable[str]) -> tuple[str, ...]:
        """The names of those people, each once, sorted: for a sentence that says who could."""
        return tuple(sorted({self._by_id[each].name for each in people_ids if each in self._by_id}))
