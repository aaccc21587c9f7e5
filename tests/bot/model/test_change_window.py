"""When an environment may be changed: windows by cron over the change of the clocks, and by a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model.change_calendar import read_calendar
from bot.model.change_window import ChangeWindow, Cron, Opening, opening

LISBON = ZoneInfo("Europe/Lisbon")
TUESDAYS = ChangeWindow(
    environments=frozenset({"production"}), times=Cron("0 2 * * tue", timedelta(hours=2), LISBON), where="policy:1"
)
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//changes//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Lisbon:20260106T020000
DTEND;TZID=Europe/Lisbon:20260106T040000
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:2@example.com
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260801
DTEND;VALUE=DATE:20260802
END:VEVENT
END:VCALENDAR
"""
BY_CALENDAR = ChangeWindow(environments=None, times=read_calendar(CALENDAR, LISBON), where="policy:2")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_environment_without_a_window_is_always_open() -> None:
    assert opening((TUESDAYS,), "staging", at("2026-11-21T12:00")) == Opening(True)
    assert opening((), "production", at("2026-11-21T12:00")).open


@pytest.mark.parametrize("window", [TUESDAYS, BY_CALENDAR])
@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        ("2026-11-24T01:59:59", False, "2026-11-24T02:00"),
        ("2026-11-24T02:00:00", True, None),
        ("2026-11-24T03:59:59", True, None),
        ("2026-11-24T04:00:00", False, "2026-12-01T02:00"),
        # In summer Lisbon is an hour ahead of UTC.
        ("2026-07-07T00:59:00", False, "2026-07-07T01:00"),
        ("2026-07-07T01:30:00", True, None),
    ],
)
def test_a_window_is_open_from_its_first_second_to_its_last(
    window: ChangeWindow, now: str, is_open: bool, opens: str | None
) -> None:
    found = opening((window,), "production", at(now))
    assert (found.open, found.at) == (is_open, at(opens) if opens else None)
    assert found.where == window.where


def test_a_window_that_is_open_around_the_clock_has_no_hole_in_its_last_minute() -> None:
    always = ChangeWindow(environments=None, times=Cron("0 2 * * *", timedelta(days=1), LISBON), where="policy:6")
    assert opening((always,), "production", at("2026-11-24T01:59:30")).open


def test_a_whole_day_of_a_calendar_is_a_day_of_its_zone() -> None:
    assert opening((BY_CALENDAR,), "production", at("2026-07-31T23:30")).open
    assert not opening((BY_CALENDAR,), "production", at("2026-08-01T23:30")).open


def test_the_next_of_several_windows_is_told() -> None:
    found = opening((TUESDAYS, BY_CALENDAR), "production", at("2026-07-30T12:00"))
    assert found.at == at("2026-07-31T23:00")


def test_a_calendar_that_has_ended_never_opens() -> None:
    ended = read_calendar(CALENDAR.replace(b"RRULE:FREQ=WEEKLY\n", b""), LISBON)
    window = ChangeWindow(environments=None, times=ended, where="policy:3")
    assert opening((window,), "production", at("2026-12-01T12:00")) == Opening(False, None, "policy:3")


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="RULES"):
        read_calendar(b"rules: []\n", LISBON)


def window_of(entry: str) -> ChangeWindow:
    """A window told by one entry of a calendar; its lines, as between BEGIN and END."""
    body = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:9@example.com\n{entry}\nEND:VEVENT\nEND:VCALENDAR\n"
    return ChangeWindow(environments=None, times=read_calendar(body.encode(), LISBON), where="policy:4")


def test_a_cancelled_entry_opens_nothing() -> None:
    window = window_of("DTSTART:20261124T020000Z\nDTEND:20261124T040000Z\nSTATUS:CANCELLED")
    assert opening((window,), "production", at("2026-11-24T03:00")) == Opening(False, None, "policy:4")


def test_one_cancelled_night_of_many_opens_nothing_and_the_next_is_told() -> None:
    night = b"""BEGIN:VEVENT
UID:1@example.com
RECURRENCE-ID;TZID=Europe/Lisbon:20261124T020000
DTSTART;TZID=Europe/Lisbon:20261124T020000
DTEND;TZID=Europe/Lisbon:20261124T040000
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR"""
    times = read_calendar(CALENDAR.replace(b"END:VCALENDAR", night), LISBON)
    window = ChangeWindow(environments=None, times=times, where="policy:5")
    assert opening((window,), "production", at("2026-11-24T03:00")) == Opening(
        False, at("2026-12-01T02:00"), "policy:5"
    )


def test_an_entry_without_length_is_no_time_at_which_anything_goes() -> None:
    window = window_of("DTSTART:20261124T020000Z")
    assert opening((window,), "production", at("2026-11-24T01:00")) == Opening(False, None, "policy:4")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("SUMMARY:patch night", "'patch night' has no DTSTART"),
        ("DTSTART:soon", "soon"),
        ("DTSTART:20261124T020000Z\nDTEND:20261124T040000Z\nRRULE:FREQ=SOMETIMES", "SOMETIMES"),
        ("DTSTART:20261124T020000Z\nDTEND:20261124T040000Z\nRRULE:COUNT=2", "laid out in time"),
        ("DTSTART:20261124T020000Z\nDTEND:20261124T020030Z\nRRULE:FREQ=MINUTELY", "repeats minutely"),
        ("DTSTART;TZID=Mars/Base:20261124T020000\nDTEND;TZID=Mars/Base:20261124T040000", "Mars/Base"),
    ],
)
def test_an_entry_that_nobody_can_lay_out_in_time_is_told_when_the_calendar_is_read(entry: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        window_of(entry)


@pytest.mark.parametrize(
    ("expression", "now", "is_open", "opens"),
    [
        # At 02:00 of 25 October 2026 it is 01:00 in Lisbon once more; a nightly window opens once that night.
        ("30 1 * * *", "2026-10-25T00:45", True, None),
        ("30 1 * * *", "2026-10-25T01:10", False, "2026-10-26T01:30"),
        ("30 1 * * *", "2026-10-25T01:45", False, "2026-10-26T01:30"),
        # One that opens each hour opens in both.
        ("15 * * * *", "2026-10-25T00:20", True, None),
        ("15 * * * *", "2026-10-25T01:20", True, None),
        ("15 * * * *", "2026-10-25T01:50", False, "2026-10-25T02:15"),
        # On 29 March there is no 01:30.
        ("30 1 * * *", "2026-03-29T00:20", False, "2026-03-29T01:00"),
    ],
)
def test_the_change_of_the_clocks_neither_loses_nor_doubles_a_window(
    expression: str, now: str, is_open: bool, opens: str | None
) -> None:
    window = ChangeWindow(environments=None, times=Cron(expression, timedelta(minutes=30), LISBON), where="policy:4")
    found = opening((window,), "production", at(now))
    assert (found.open, found.at) == (is_open, at(opens) if opens else None)
