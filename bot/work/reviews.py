"""The working day after somebody broke the glass its review opens by itself: a ticket, or a place on the console."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Clock, Engine
from bot.settings import Settings
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.reviews import open_review, reviews_to_open
from bot.store.ticket_wanted import want_ticket
from bot.views.review import review_line
from bot.work.telling import tell

_AT_ONCE = 50  # reviews a transaction


class Reviews:
    """Opens what is due."""

    def __init__(self, store: Store, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._clock = clock

    async def open_due(self) -> None:
        """Every review whose day has come, once; run every few seconds, cheap when there is none."""
        now = self._clock()
        async with self._store.read() as connection:
            due = await reviews_to_open(connection, now, _AT_ONCE)
        for row in due:
            async with self._store.write() as connection:
                await self._open(connection, row, now)

    async def _open(self, connection: AsyncConnection, row: Any, now: datetime) -> None:
        case = await case_by_id(connection, row.case_id, lock=True)
        if case is None or not await open_review(connection, row.id, now):
            return
        policy = self._settings.policy
        team, person = policy.people.team(policy.security), policy.people.person(row.person)
        project = await self._ask_for_ticket(connection, row, now)
        text = review_line(
            person.name if person else row.person, row.at, row.reason, team.name if team else "", project
        )
        calls = team.lead if team is not None and team.lead != row.person else ""
        await tell(connection, self._engine, case, text, now, "review opened", calls=calls, of=row.run_id)

    async def _ask_for_ticket(self, connection: AsyncConnection, row: Any, now: datetime) -> str:
        """The project in which the security team has its tickets; "" where it has none."""
        mapping = self._settings.ticket_mapping(self._settings.policy.security)
        if not self._settings.jira.enabled or not mapping.project:
            return ""
        await want_ticket(
            connection,
            self._engine,
            kind="review",
            subject=row.id,
            case_id=row.case_id,
            project=mapping.project,
            issue_type=mapping.issue_type,
            person=row.person,
            at=now,
        )
        return mapping.project
