"""Times in the ways that vendors write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.times import read_time


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("Wed Sep 04 16:59:44.356 UTC 2024", datetime(2024, 9, 4, 16, 59, 44, 356_000, UTC)),
        ("Sat Aug 31 00:04:50 GMT 2024", datetime(2024, 8, 31, 0, 4, 50, tzinfo=UTC)),
        ("Dec 3, 2021, 6:02:30 PM", datetime(2021, 12, 3, 18, 2, 30, tzinfo=UTC)),
        ("Mar 20, 2023, 12:08:05 AM", datetime(2023, 3, 20, 0, 8, 5, tzinfo=UTC)),
        ("2019-10-01T13:56:40.985+0000", datetime(2019, 10, 1, 13, 56, 40, 985_000, UTC)),
        ("2025-07-28 07:57:25 UTC", datetime(2025, 7, 28, 7, 57, 25, tzinfo=UTC)),
        ("2023-10-12 12:33:24.5 +0200 CEST m=+0.01", datetime(2023, 10, 12, 10, 33, 24, 500_000, UTC)),
        ("Fri, 23 Apr 2021 15:46:48", datetime(2021, 4, 23, 15, 46, 48, tzinfo=UTC)),
        ("Fri, 23 Apr 2021 15:46:48 -0100", datetime(2021, 4, 23, 16, 46, 48, tzinfo=UTC)),
        ("2025-04-08T03:18:43.509465073Z", datetime(2025, 4, 8, 3, 18, 43, 509_465, UTC)),
    ],
)
def test_each_way_is_read(told: str, moment: datetime) -> None:
    assert read_time(told) == moment


@pytest.mark.parametrize(
    "told",
    [
        "Wed Xyz 04 16:59:44.356 UTC 2024",
        "Feb 31, 2024, 1:00:00 PM",
        "Tomorrow",
        "Dec",
        "2023-10-12 12:33:24 CET",
        "Fri, 99 Apr 2021 15:46:48",
        "Fri, 23 Apr 2021 15:46:48 +9999",
    ],
)
def test_what_is_no_time_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        read_time(told)
