"""Who is told of a case directly, when it cannot wait for somebody to look into the channel."""

from __future__ import annotations

from bot.model.person import People, Person
from bot.model.priority_tables import Priority
from bot.settings import Settings
from bot.store.outbox import DIRECT, Wanted

_CHAT = "slack"


def whom_to_call(people: People, team_id: str) -> Person | None:
    """The one person of the team who is to be reached now: its lead. None where the team has none."""
    team = people.team(team_id)
    return people.person(team.lead) if team is not None and team.lead else None


def reachable(settings: Settings, team_id: str) -> Person | None:
    """Whom of the team a direct message would reach; None where there are none, or nobody could get it."""
    person = whom_to_call(settings.people, team_id) if settings.slack.direct_messages else None
    return person if person is not None and (person.on(_CHAT) or person.email) else None


def told_directly(person: Person | None, case_id: int, rank: int) -> list[Wanted]:
    """The message that brings an immediate case to that person, once; none for a case that can wait."""
    if person is None or rank != Priority.IMMEDIATE.rank:
        return []
    return [Wanted(case_id=case_id, chat=_CHAT, channel=f"{DIRECT}{person.id}", rank=rank)]
