"""The working day after: never the same day, never a weekend, and at the same hour when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model.working_days import WorkingDays

LISBON = WorkingDays("0 9 * * mon-fri", ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize(
    ("broken", "reviewed"),
    [
        ("2026-03-02 08:00", "2026-03-03 09:00"),  # Monday before nine: not the same day
        ("2026-03-06 18:00", "2026-03-09 09:00"),  # Friday
        ("2026-03-07 11:00", "2026-03-09 09:00"),  # Saturday
        ("2026-03-27 18:00", "2026-03-30 08:00"),  # the clocks go forward in between
        ("2026-07-01 23:30", "2026-07-03 08:00"),  # it is Thursday there already
    ],
    ids=["monday", "friday", "saturday", "summer time", "past midnight there"],
)
def test_the_working_day_after(broken: str, reviewed: str) -> None:
    assert LISBON.after(datetime.fromisoformat(f"{broken}+00:00")) == datetime.fromisoformat(f"{reviewed}+00:00")


def test_without_a_setting_it_is_nine_by_utc() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert WorkingDays().after(friday) == datetime(2026, 3, 9, 9, tzinfo=UTC)
