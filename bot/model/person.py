"""People and their teams: one human being, whichever of their identities pressed the button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.model.ticket_mapping import TicketMapping
from connectors.contract.message import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human being. ``identities`` are (platform, id on it): ("slack", "T012:U345"), ("console", "ana")."""

    id: str
    name: str
    email: str = ""
    identities: tuple[tuple[str, str], ...] = ()

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

    @property
    def people(self) -> tuple[str, ...]:
        """Everyone of the team, the lead first, each once."""
        everyone = (self.lead, *self.members) if self.lead else self.members
        return tuple(dict.fromkeys(everyone))


@dataclass(frozen=True, slots=True)
class People:
    """Everyone the configuration knows; whoever it does not know is nobody."""

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    _by_id: Mapping[str, Person] = field(init=False, repr=False, compare=False)
    _by_identity: Mapping[tuple[str, str], Person] = field(init=False, repr=False, compare=False)
    _teams: Mapping[str, Team] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {person.id: person for person in self.people})
        known = {identity: person for person in self.people for identity in person.identities}
        object.__setattr__(self, "_by_identity", known)
        object.__setattr__(self, "_teams", {team.id: team for team in self.teams})

    def of(self, identity: Identity) -> Person | None:
        """Who that is, or None: an identity nobody claimed in config/teams.yaml is nobody. Names are not looked at."""
        return self._by_identity.get((identity.platform, identity.id))

    def person(self, person_id: str) -> Person | None:
        return self._by_id.get(person_id)

    def team(self, team_id: str) -> Team | None:
        return self._teams.get(team_id)

    def teams_of(self, person: Person) -> tuple[Team, ...]:
        return tuple(team for team in self.teams if person.id in team.people)

    def leads(self, person: Person, team_id: str) -> bool:
        team = self._teams.get(team_id)
        return team is not None and team.lead == person.id

    def names(self, people_ids: Iterable[str]) -> tuple[str, ...]:
        """The names of those people, each once, sorted: for a sentence that says who could."""
        return tuple(sorted({self._by_id[each].name for each in people_ids if each in self._by_id}))
