"""Who is told of a case directly, when it cannot wait for somebody to look into the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.person import People, Person
from bot.model.priority_tables import Priority
from bot.settings import Settings
from bot.store.on_call import on_call_of
from bot.store.outbox import DIRECT, Wanted

_CHAT = "slack"


async def whom_to_call(connection: AsyncConnection, people: People, team_id: str, now: datetime) -> Person | None:
    """The one person of the team who is to be reached now: who is on call, else its lead. None where it has neither."""
    turn = await on_call_of(connection, team_id, now)
    on_call = people.person(turn.person) if turn is not None else None
    team = people.team(team_id)
    return on_call or (people.person(team.lead) if team is not None else None)


async def told_directly(
    connection: AsyncConnection, settings: Settings, team_id: str, case_id: int, rank: int, now: datetime
) -> list[Wanted]:
    """The message that brings an immediate case to one person, once; none where it can wait or would reach nobody."""
    if rank != Priority.IMMEDIATE.rank or not settings.slack.direct_messages:
        return []
    person = await whom_to_call(connection, settings.people, team_id, now)
    if person is None or not (person.on(_CHAT) or person.email):
        return []
    return [Wanted(case_id=case_id, chat=_CHAT, channel=f"{DIRECT}{person.id}", rank=rank)]
