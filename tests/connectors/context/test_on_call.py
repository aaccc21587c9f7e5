"""Whose turn it is, by a rotation, a calendar and PagerDuty: each read as its own reference says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.context import on_call_icalendar, on_call_rotation
from connectors.context.on_call_pagerduty import PagerDutyOptions
from connectors.context.on_call_pagerduty import read as read_pagerduty
from connectors.context.on_call_rotation import Rotation
from connectors.contract.context import Shift
from connectors.contract.failure import NeedsHuman, NotThisFormat, Retriable, UnknownShape
from connectors.contract.finding import Quarantined
from tests.fakes.schedules import Schedules, Turn

LISBON = ZoneInfo("Europe/Lisbon")
MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.com//on call//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
SUMMARY:On Call - Ana Sousa - Payments
ATTENDEE:ana@example.com
DTSTART:20260302T080000Z
DTEND:20260309T080000Z
RRULE:FREQ=WEEKLY;INTERVAL=2
EXDATE:20260330T080000Z
END:VEVENT
BEGIN:VEVENT
UID:2@example.com
DTSTAMP:20260101T000000Z
SUMMARY:Ben Okafor
DTSTART;VALUE=DATE:20260309
DTEND;VALUE=DATE:20260316
END:VEVENT
BEGIN:VEVENT
UID:3@example.com
DTSTAMP:20260101T000000Z
STATUS:CANCELLED
SUMMARY:Chris Lindqvist
DTSTART:20260303T080000Z
DTEND:20260304T080000Z
END:VEVENT
BEGIN:VEVENT
UID:4@example.com
DTSTAMP:20260101T000000Z
DTSTART:20260305T080000Z
DTEND:20260306T080000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def calendar(text: str, since: datetime = MARCH, until: datetime = MARCH + 5 * WEEK) -> list[Shift | Quarantined]:
    return list(on_call_icalendar.read(io.BytesIO(text.encode()), since, until, LISBON))


def rotation(**changes: object) -> Rotation:
    begins = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the time on the wall
    return Rotation(**({"people": ("ana", "ben"), "begins": begins, "every": WEEK, "zone": LISBON} | changes))  # type: ignore[arg-type]


def test_a_rotation_goes_round_from_its_beginning() -> None:
    turns = list(on_call_rotation.shifts(rotation(), MARCH - 9 * WEEK, MARCH + 3 * WEEK))

    assert [turn.id for turn in turns] == ["ana", "ben", "ana"]
    assert (turns[0].starts, turns[0].ends) == (MARCH, MARCH + WEEK)


def test_a_rotation_is_handed_over_at_the_same_time_on_the_wall_in_summer() -> None:
    april = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    (turn,) = on_call_rotation.shifts(rotation(), april, april + timedelta(hours=1))

    assert turn.starts == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)  # nine o'clock in Lisbon


def test_the_very_moment_of_the_hand_over_belongs_to_the_next() -> None:
    (turn,) = on_call_rotation.shifts(rotation(), MARCH + WEEK, MARCH + WEEK + timedelta(seconds=1))
    assert turn.id == "ben"


def test_only_whole_days_can_be_handed_over_at_the_same_time() -> None:
    assert on_call_rotation.whole_days(timedelta(days=1))
    assert not on_call_rotation.whole_days(timedelta(hours=36))
    assert not on_call_rotation.whole_days(timedelta(hours=12))


def test_a_calendar_repeats_and_leaves_out_as_it_says() -> None:
    turns = [turn for turn in calendar(CALENDAR) if isinstance(turn, Shift) and turn.email]

    assert [(turn.email, turn.starts) for turn in turns] == [
        ("ana@example.com", datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        ("ana@example.com", datetime(2026, 3, 16, 8, 0, tzinfo=UTC)),
    ]


def test_a_whole_day_is_one_of_the_schedules_own_zone() -> None:
    april = CALENDAR.replace("20260309\r\nDTEND;VALUE=DATE:20260316", "20260401\r\nDTEND;VALUE=DATE:20260402")
    (turn,) = [turn for turn in calendar(april) if isinstance(turn, Shift) and turn.name == "Ben Okafor"]

    assert turn.starts == datetime(2026, 3, 31, 23, 0, tzinfo=UTC)


def test_what_is_cancelled_is_no_turn_and_what_names_nobody_is_told() -> None:
    turns = calendar(CALENDAR)

    assert not [turn for turn in turns if isinstance(turn, Shift) and "Chris" in turn.name]
    (wrong,) = [turn for turn in turns if isinstance(turn, Quarantined)]
    assert "names nobody" in wrong.reason
    assert "2026-03-05" in wrong.pointer


def test_with_several_attendees_the_summary_decides() -> None:
    both = CALENDAR.replace(
        "ATTENDEE:ana@example.com", "ATTENDEE:mailto:ana@example.com\r\nATTENDEE:mailto:b@example.com"
    )
    first = calendar(both)[0]

    assert isinstance(first, Shift)
    assert (first.email, first.name) == ("", "On Call - Ana Sousa - Payments")


@pytest.mark.parametrize("body", ["", "no calendar", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VCALENDAR\r\n", "\0\1"])
def test_what_is_no_calendar_is_refused(body: str) -> None:
    with pytest.raises(NotThisFormat):
        calendar(body)


def test_a_calendar_that_would_never_end_is_refused() -> None:
    with pytest.raises(UnknownShape, match="secondly"):
        calendar(CALENDAR.replace("FREQ=WEEKLY;INTERVAL=2", "FREQ=SECONDLY"))


@pytest.mark.parametrize("wrong", ["RRULE:FREQ=SOMETIMES", "RRULE:COUNT=2", "DTEND:never"])
def test_an_entry_that_nobody_can_lay_out_in_time_is_told(wrong: str) -> None:
    entry = f"BEGIN:VEVENT\r\nUID:9@example.com\r\nDTSTART:20260302T080000Z\r\n{wrong}\r\nEND:VEVENT\r\n"
    with pytest.raises(UnknownShape, match="laid out in time"):
        calendar(CALENDAR.replace("END:VCALENDAR", entry + "END:VCALENDAR"))


def test_an_entry_without_a_beginning_is_told() -> None:
    with pytest.raises(UnknownShape, match="DTSTART"):
        calendar(CALENDAR.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nSUMMARY:Ana\r\nEND:VEVENT\r\nEND:VCALENDAR"))


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Schedules]:
    with Schedules(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.pem))
        yield running


def pagerduty(fake: Schedules, **changes: str) -> tuple[Shift, ...]:
    options = {"schedule": "P123ABC", "token": fake.token, "api_url": fake.url} | changes
    return read_pagerduty(PagerDutyOptions(**options), MARCH, MARCH + 4 * WEEK)


def test_pagerduty_tells_whose_turn_it_is_with_the_address(fake: Schedules) -> None:
    fake.turns["P123ABC"] = [
        Turn("Ana Sousa", "ana@example.com", MARCH - WEEK, MARCH + WEEK),
        Turn("Ben Okafor", "ben@example.com", level=2),
        Turn("Long Past", "past@example.com", MARCH - 3 * WEEK, MARCH - 2 * WEEK),
    ]
    fake.turns["POTHER1"] = [Turn("Somebody Else", "else@example.com")]
    first, second = pagerduty(fake)

    assert (first.email, first.name, first.level, first.ends) == ("ana@example.com", "Ana Sousa", 1, MARCH + WEEK)
    assert (second.email, second.level, second.starts, second.ends) == ("ben@example.com", 2, None, None)


def test_pagerduty_is_read_to_its_last_page(fake: Schedules) -> None:
    day = timedelta(hours=2)
    fake.turns["P123ABC"] = [
        Turn(f"Person {n}", f"p{n}@example.com", MARCH + n * day, MARCH + (n + 1) * day) for n in range(250)
    ]
    assert len(pagerduty(fake)) == 250
    assert len(fake.asked) == 3


def test_a_refused_key_needs_a_person_and_is_not_said(fake: Schedules) -> None:
    with pytest.raises(NeedsHuman, match="401; check the token") as caught:
        pagerduty(fake, token="hunter2")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(PagerDutyOptions(schedule="P123ABC", token="hunter2"))


def test_a_busy_pagerduty_is_asked_again_later(fake: Schedules) -> None:
    fake.status = 503
    with pytest.raises(Retriable):
        pagerduty(fake)


def test_another_address_than_https_is_never_given_the_key(fake: Schedules) -> None:
    with pytest.raises(NeedsHuman, match="only plain https"):
        pagerduty(fake, api_url=fake.url.replace("https", "http"))
