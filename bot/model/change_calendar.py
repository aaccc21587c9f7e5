"""Change windows from a calendar (RFC 5545). Imported only where one is configured: its libraries are slow to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from bot.model.change_window import Span

_AHEAD = timedelta(days=400)  # how far a calendar is searched for its next entry
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CalendarEntries:
    """Every entry of a calendar is a window, unless it is cancelled or has no length."""

    calendar: Calendar = field(compare=False)
    zone: ZoneInfo  # for entries that name a day or a time without a zone

    def __str__(self) -> str:
        return f"the entries of a calendar ({len(self.calendar.events)})"

    def spans(self, now: datetime) -> Iterator[Span]:
        for entry in recurring_ical_events.of(self.calendar).between(now - timedelta(days=1), now + _AHEAD):
            span = Span(self._moment(entry.start), self._moment(entry.end))
            if span.closes > max(now, span.opens) and not _is_cancelled(entry):
                yield span

    def _moment(self, told: date) -> datetime:
        moment = told if isinstance(told, datetime) else datetime.combine(told, time())
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def _is_cancelled(entry: Any) -> bool:
    return str(entry.get("STATUS", "")).upper() == "CANCELLED"


def read_calendar(content: bytes, zone: ZoneInfo) -> CalendarEntries:
    """A calendar file's windows. Raises ValueError for what is no calendar, and for entries that nobody can lay out
    in time: a window must not turn out to be unreadable when somebody waits for it."""
    calendar = Calendar.from_ical(content)
    for entry in calendar.walk("VEVENT"):
        _check(entry)
    try:
        recurring_ical_events.of(calendar).between(_ANY_DAY, _ANY_DAY)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"its entries cannot be laid out in time: {error}") from None
    return CalendarEntries(calendar, zone)


def _check(entry: Any) -> None:
    """Raises ValueError for an entry without a beginning, in a zone that nobody knows, or repeated too often."""
    name = f"the entry {str(entry.get('SUMMARY') or entry.get('UID') or 'without a name')[:80]!r}"
    if "DTSTART" not in entry:
        raise ValueError(f"{name} has no DTSTART")
    for end in ("DTSTART", "DTEND"):
        zone = entry[end].params.get("TZID") if end in entry else None
        if zone and getattr(entry[end].dt, "tzinfo", None) is None:
            raise ValueError(f"{name}: {end} lies in the time zone {zone!r}, which neither it nor we know")
    rules = entry.get("RRULE") or []
    said = " ".join(str(rule) for rule in (rules if isinstance(rules, list) else [rules])).upper()
    often = next((word for word in _TOO_OFTEN if word in said), "")
    if often:
        raise ValueError(f"{name} repeats {often.lower()}, which no change window does")
