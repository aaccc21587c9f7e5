"""The first route that matches decides; none: the owner's own channel."""

from __future__ import annotations

import pytest

from bot.model.person import Channel, People, Team
from bot.model.priority_tables import Priority
from bot.model.routing import Route, Routed, route
from connectors.contract.finding import Kind

OWN, SECRETS, QUIET = Channel("slack", "C0PAY"), Channel("slack", "C0SEC"), Channel("console", "quiet")
PEOPLE = People((), (Team(id="payments", name="Payments", channel=OWN), Team(id="loose", name="Loose")))
ROUTES = (
    Route(channel=SECRETS, kinds=frozenset({Kind.SECRET}), priorities=frozenset({Priority.IMMEDIATE}), where="r:3"),
    Route(channel=QUIET, environments=frozenset({"test", "unknown"}), where="r:5"),
    Route(channel=SECRETS, kinds=frozenset({Kind.SECRET}), where="r:7"),
)


def routed(owner: str, environment: str, kind: Kind, priority: Priority) -> Routed:
    return route(ROUTES, PEOPLE, owner=owner, environment=environment, kind=kind, priority=priority, source="github")


@pytest.mark.parametrize(
    ("environment", "kind", "priority", "channel", "why"),
    [
        ("test", Kind.SECRET, Priority.IMMEDIATE, SECRETS, "route r:3"),
        ("test", Kind.SECRET, Priority.DEFER, QUIET, "route r:5"),
        ("", Kind.CODE, Priority.DEFER, QUIET, "route r:5"),
        ("production", Kind.SECRET, Priority.DEFER, SECRETS, "route r:7"),
        ("production", Kind.CODE, Priority.DEFER, OWN, "Payments's own channel"),
    ],
)
def test_where_a_case_goes(environment: str, kind: Kind, priority: Priority, channel: Channel, why: str) -> None:
    assert routed("payments", environment, kind, priority) == Routed(channel, why)


@pytest.mark.parametrize("owner", ["loose", "gone", ""])
def test_an_owner_without_a_channel_is_seen_in_the_console_only(owner: str) -> None:
    answer = routed(owner, "production", Kind.CODE, Priority.DEFER)

    assert answer.channel is None
    assert "console only" in answer.why
