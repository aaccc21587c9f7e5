"""Which channel a case is told in: the first route that matches, else the owner's own channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.person import Channel, People
from bot.model.priority_tables import Priority
from connectors.contract.finding import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. An empty set is "any"; ``environments`` may hold "unknown"."""

    channel: Channel
    owners: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    sources: frozenset[str] = frozenset()
    where: str = ""  # config/routes.yaml:3


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a case goes and why; no channel means that the case is seen in the console only."""

    channel: Channel | None
    why: str


def route(
    routes: tuple[Route, ...],
    people: People,
    *,
    owner: str,
    environment: str,
    kind: Kind,
    priority: Priority,
    source: str,
) -> Routed:
    """The channel of a case, with its reason."""
    asked = ((owner, "owners"), (environment or "unknown", "environments"), (kind, "kinds"), (priority, "priorities"))
    for each in routes:
        wanted = [(value, getattr(each, name)) for value, name in (*asked, (source, "sources"))]
        if all(not allowed or value in allowed for value, allowed in wanted):
            return Routed(each.channel, f"route {each.where}")
    team = people.team(owner)
    if team and team.channel:
        return Routed(team.channel, f"{team.name}'s own channel")
    return Routed(None, "no route matches and the owner has no channel: seen in the console only")
