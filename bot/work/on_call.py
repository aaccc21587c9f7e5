"""Reading on-call schedules every few minutes; one that cannot be read leaves what was known, and says so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.engine import Clock
from bot.settings import Settings
from bot.settings.values_teams import OnCallSettings
from bot.store.db import Store
from bot.store.on_call import forget_others, keep_shifts, write_shifts
from bot.work.context_read import good, hosts_of, shown
from connectors.context import on_call_pagerduty, on_call_rotation
from connectors.context.fetch import Feed, open_feed
from connectors.contract.context import Shift
from connectors.contract.failure import NeedsHuman, NotThisFormat, Retriable, UnknownShape

log = structlog.get_logger()

ON_CALL = "context.on_call"
EVERY_FIVE_MINUTES = "40 */5 * * * *"
_BEFORE = timedelta(days=1)
_AHEAD = timedelta(days=30)  # what is known when the schedule cannot be read for a while
_UNREADABLE = (NeedsHuman, Retriable, NotThisFormat, UnknownShape)


class OnCallWork:
    """Keeps the turns of every team's schedule in the database."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def refresh(self) -> None:
        """Every team's schedule; one that fails does not stop the others."""
        schedules = self._settings.on_call
        async with self._store.write() as connection:
            await forget_others(connection, list(schedules))
        for schedule in schedules.values():
            await self._read(schedule)

    async def _read(self, schedule: OnCallSettings) -> None:
        now, source = self._clock(), source_of(schedule)
        problem = ""
        shifts: Sequence[Shift] = ()
        try:
            shifts = await asyncio.to_thread(shifts_of, schedule, now - _BEFORE, now + _AHEAD)
        except _UNREADABLE as failure:
            problem = _without_addresses(str(failure))[:2000]
            log.warning("an on-call schedule could not be read", team=schedule.team, source=source, problem=problem)
        async with self._store.write() as connection:
            if problem:
                await keep_shifts(connection, schedule.team, source, problem, now)
            else:
                await write_shifts(connection, schedule.team, source, shifts, self._settings.people, now)


def _without_addresses(text: str) -> str:
    """Hosts only: a calendar's private address is the key to it."""
    return re.sub(r"https?://([^/\s;]+)[^\s;]*", r"\1", text)


def source_of(schedule: OnCallSettings) -> str:
    """The schedule in words for people; never what else its address holds, which may be the key to it."""
    if schedule.rotation is not None:
        return f"the rotation in {schedule.where}"
    if schedule.calendar is not None:
        return f"the calendar {shown(schedule.calendar.reveal())}"
    return f"PagerDuty schedule {schedule.schedule}"


def shifts_of(schedule: OnCallSettings, since: datetime, until: datetime) -> Sequence[Shift]:
    """The turns in that time. Raises NeedsHuman, Retriable, NotThisFormat or UnknownShape when they cannot be read."""
    if schedule.rotation is not None:
        return tuple(on_call_rotation.shifts(schedule.rotation, since, until))
    if schedule.calendar is not None:
        # Imported only where it is used: reading calendars is a tenth of the whole start.
        from connectors.context import on_call_icalendar

        location = schedule.calendar.reveal()
        with open_feed(Feed.ON_CALL, location, hosts=hosts_of([location])) as stream:
            return good(on_call_icalendar.read(stream, since, until, schedule.zone))
    assert schedule.token is not None
    options = on_call_pagerduty.PagerDutyOptions(
        schedule=schedule.schedule, token=schedule.token.reveal(), api_url=schedule.api_url
    )
    return on_call_pagerduty.read(options, since, until)
