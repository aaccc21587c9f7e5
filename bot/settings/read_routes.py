"""config/routes.yaml: cases that are told elsewhere than in their owner's channel."""

from __future__ import annotations

from bot.model.policy import UNKNOWN_ENVIRONMENT
from bot.model.priority_tables import Priority
from bot.model.routing import Route
from bot.settings.read_teams import read_channel
from bot.settings.section import Section
from connectors.contract.finding import Kind


def read_routes(top: Section) -> tuple[Route, ...]:
    """The routes in order; the first that matches decides."""
    found = (_route(section, number) for number, section in enumerate(top.sections("routes"), 1))
    return tuple(route for route in found if route is not None)


def _route(section: Section, number: int) -> Route | None:
    if not section.has("channel"):
        section.missing("channel", "write {slack: C0123ABCD}, {teams: NAME} or console")
    channel = read_channel(section, "channel", f"route-{number}")
    match = section.section("match")
    sets = {
        "owners": frozenset(match.names("owner", "team")),
        "environments": frozenset(match.names("environment", "environment", besides=(UNKNOWN_ENVIRONMENT,))),
        "sources": frozenset(match.names("source", "source")),
    }
    kinds, priorities = match.choices("kind", Kind), match.choices("priority", Priority)
    if channel is None:
        return None
    return Route(channel=channel, kinds=kinds, priorities=priorities, where=section.place.short, **sets)
