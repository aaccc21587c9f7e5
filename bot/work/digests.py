"""Digests by the clock: each team's is begun once for each time it is due, whatever crashes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from bot.engine import Clock, Engine
from bot.settings import Settings
from bot.settings.values_teams import DigestTimes
from bot.store.db import Store
from bot.store.digest import begin_digest, known_digests
from bot.store.outbox import want_digest

_LATE = timedelta(hours=2)  # after an outage a digest still comes so late; afterwards the next one will do


class Digests:
    """Begins what is due."""

    def __init__(self, store: Store, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._clock = clock

    async def begin_due(self) -> None:
        """Every digest whose time has come; run every few seconds, cheap when there is none."""
        now = self._clock()
        due = {}
        for times in self._settings.digests.values():
            at = last_due(times, now)
            if at is not None:
                due[f"due:{times.team}:{at.isoformat()}"] = (times.team, at)
        if not due:
            return
        async with self._store.read() as connection:
            known = await known_digests(connection, due)
        for key, (team, at) in due.items():
            if key not in known:
                await self._begin(key, team, at, now)

    async def _begin(self, key: str, team_id: str, at: datetime, now: datetime) -> None:
        team = self._settings.people.team(team_id)
        if team is None or team.channel is None:
            return
        async with self._store.write() as connection:
            begun = await begin_digest(connection, key, team_id, at)
            if begun is not None:
                await want_digest(connection, self._engine, begun, team.channel.chat, team.channel.id, now)


def last_due(times: DigestTimes, now: datetime) -> datetime | None:
    """The latest time it was due, in UTC; None when that is too long ago."""
    found = None
    for at in CronSim(times.cron, (now - _LATE).astimezone(times.zone).replace(microsecond=0)):
        if at > now:
            break
        found = at.astimezone(UTC)
    return found
