"""What is to be done every so often is done that often, all through the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cronsim import CronSim

from bot.work.rhythm import every

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("wanted", "between"),
    [
        (timedelta(seconds=20), MINUTE),
        (MINUTE, MINUTE),
        (30 * MINUTE, 30 * MINUTE),
        (45 * MINUTE, 30 * MINUTE),
        (90 * MINUTE, HOUR),
        (5 * HOUR, 4 * HOUR),
        (24 * HOUR, 24 * HOUR),
        (timedelta(days=7), 24 * HOUR),
    ],
    ids=lambda span: str(span),
)
def test_it_is_done_evenly_and_never_less_often_than_asked(wanted: timedelta, between: timedelta) -> None:
    times = CronSim(every(wanted, second=30, minute=5).partition(" ")[2], datetime(2026, 3, 2, tzinfo=UTC))
    found = [next(times) for _ in range(50)]

    assert {later - earlier for earlier, later in pairwise(found)} == {between}


def test_where_in_the_minute_and_in_the_hour() -> None:
    assert every(10 * MINUTE, second=30, minute=5) == "30 */10 * * * *"
    assert every(2 * HOUR, second=30, minute=5) == "30 5 */2 * * *"
