"""Who is told of a case directly, when it cannot wait for somebody to look into the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.person import People, Person
from bot.model.priority_tables import Priority
from bot.settings import Settings
from bot.store.on_call import on_call_of
from bot.store.outbox import DIRECT, Wanted, want

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


async def call_again(
    connection: AsyncConnection, engine: Engine, settings: Settings, case: Mapping[str, Any], now: datetime
) -> None:
    """An immediate case came back: one person is told directly, also who was told when it came first.

    ``case`` is its row, locked by this transaction. Ask once for each time it comes back."""
    called = await told_directly(connection, settings, case["owner"], case["id"], case["priority"], now)
    await want(connection, engine, [replace(each, again=True) for each in called], now)
