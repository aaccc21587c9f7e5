"""On-call by an iCalendar (RFC 5545): each entry is a turn; who has it stands in ATTENDEE or in SUMMARY.

Calendars that tools export differ in it: PagerDuty writes ``SUMMARY:On Call - Ana Sousa - Payments`` and a bare address
in ATTENDEE, people's own calendars mostly a name in SUMMARY, sometimes for whole days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.error import InvalidCalendar

from connectors.contract.context import Shift
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.formats.excerpts import short
from connectors.text import one_line

_MOST_BYTES = 8 * 1024 * 1024
_MOST_TURNS = 5_000
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})


def read(stream: IO[bytes], since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Shift | Quarantined]:
    """The turns that touch the time from ``since`` to ``until``; a ``Quarantined`` stands for one without anybody.

    ``zone`` is where entries lie that name no zone: whole days, and times "on the wall". Raises NotThisFormat when it
    is no iCalendar, and UnknownShape when an entry repeats more often than turns do.
    """
    body = stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise NotThisFormat(f"larger than {_MOST_BYTES // 1024 // 1024} MiB, which no on-call calendar is")
    calendar = _calendar(body)
    try:
        _refuse_too_often(calendar)
        found = recurring_ical_events.of(calendar).between(since, until)
    except (ValueError, TypeError, OverflowError, KeyError) as problem:  # KeyError: an entry without DTSTART
        raise UnknownShape(f"its entries cannot be laid out in time: {one_line(str(problem), 200)}") from None
    for entry in found[:_MOST_TURNS]:
        if str(entry.get("STATUS", "")).upper() != "CANCELLED":
            yield _turn(entry, zone)


def _calendar(body: bytes) -> icalendar.Calendar:
    try:
        calendar = icalendar.Calendar.from_ical(body)
    except (ValueError, InvalidCalendar, IndexError, KeyError) as problem:
        raise NotThisFormat(f"not an iCalendar (RFC 5545): {one_line(str(problem), 200)}") from None
    if not isinstance(calendar, icalendar.Calendar):
        raise NotThisFormat("not an iCalendar (RFC 5545): it holds no VCALENDAR")
    return calendar


def _refuse_too_often(calendar: icalendar.Calendar) -> None:
    for entry in calendar.walk("VEVENT"):
        often = {str(each).upper() for each in _rules(entry)}
        if often & _TOO_OFTEN:
            raise UnknownShape(f"an entry repeats {', '.join(sorted(often)).lower()}, which no turn does")


def _rules(entry: Any) -> list[Any]:
    rules = entry.get("RRULE") or []
    return [each for rule in (rules if isinstance(rules, list) else [rules]) for each in rule.get("FREQ", [])]


def _turn(entry: Any, zone: ZoneInfo) -> Shift | Quarantined:
    summary = one_line(str(entry.get("SUMMARY", "")), 200)
    email = _email(entry)
    starts, ends = _moment(entry.start, zone), _moment(entry.end, zone)
    if not (summary or email) or ends <= starts:
        return Quarantined(
            f"the entry of {starts.isoformat()}", "names nobody (SUMMARY, ATTENDEE) or has no length", short(summary)
        )
    return Shift(starts=starts, ends=ends, email=email, name=summary)


def _email(entry: Any) -> str:
    """The one attendee; with several, nobody can tell whose turn it is, and SUMMARY decides."""
    attendees = entry.get("ATTENDEE") or []
    several = attendees if isinstance(attendees, list) else [attendees]
    if len(several) != 1:
        return ""
    text = one_line(str(several[0]), 200)
    return text[len("mailto:") :] if text.lower().startswith("mailto:") else text if "@" in text else ""


def _moment(value: date, zone: ZoneInfo) -> datetime:
    """With its zone: a whole day begins at midnight there."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)
