"""Change windows from a calendar (RFC 5545). Imported only where one is configured: its libraries are slow to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from bot.model.change_window import Span

_AHEAD = timedelta(days=400)  # how far a calendar is searched for its next entry


@dataclass(frozen=True, slots=True)
class CalendarEntries:
    """Every entry of a calendar is a window."""

    calendar: Calendar = field(compare=False)
    zone: ZoneInfo  # for entries that name a day or a time without a zone

    def __str__(self) -> str:
        return f"the entries of a calendar ({len(self.calendar.events)})"

    def spans(self, now: datetime) -> Iterator[Span]:
        for entry in recurring_ical_events.of(self.calendar).between(now - timedelta(days=1), now + _AHEAD):
            span = Span(self._moment(entry.start), self._moment(entry.end))
            if span.closes > now:
                yield span

    def _moment(self, told: date) -> datetime:
        moment = told if isinstance(told, datetime) else datetime.combine(told, time())
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def read_calendar(content: bytes, zone: ZoneInfo) -> CalendarEntries:
    """A calendar file's windows. Raises ValueError for what is no calendar."""
    return CalendarEntries(Calendar.from_ical(content), zone)
