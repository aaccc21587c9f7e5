"""Whom a team's most urgent cases are brought to directly."""

from __future__ import annotations

from bot.model.person import People, Person


def whom_to_call(people: People, team_id: str) -> Person | None:
    """The one person of the team who is to be reached now: its lead. None where the team has none."""
    team = people.team(team_id)
    return people.person(team.lead) if team is not None and team.lead else None
