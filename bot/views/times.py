"""Times and spans in words: always absolute, in UTC, and how far away beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def at_minute(moment: datetime) -> str:
    """``2026-11-21 03:10 UTC``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def span_words(span: timedelta) -> str:
    """The largest whole unit: ``3 days``, ``1 hour``, ``less than a minute``."""
    seconds = int(abs(span.total_seconds()))
    for size, unit in _UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def with_distance(moment: datetime, now: datetime) -> str:
    """``2026-11-24 09:00 UTC, in 3 days``."""
    span = moment - now
    return f"{at_minute(moment)}, " + (f"{span_words(span)} ago" if span <= timedelta(0) else f"in {span_words(span)}")
