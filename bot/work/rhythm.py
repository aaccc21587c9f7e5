"""How often something is done by the clock, as the engine's cron wants it: six fields, seconds first, in UTC."""

from __future__ import annotations

from datetime import timedelta

_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)  # what divides an hour
_HOURS = (1, 2, 3, 4, 6, 8, 12)  # what divides a day


def every(span: timedelta, *, second: int = 0, minute: int = 0) -> str:
    """Cron for "every ``span``", evenly through the day, never less often than asked: every 45 minutes is every 30.

    ``second`` and ``minute`` are where in the minute, or in the hour, it is done; more than a day is once a day.
    """
    minutes = span / timedelta(minutes=1)
    if minutes < 60:
        return f"{second} */{_at_most(minutes, _MINUTES)} * * * *"
    if minutes < 24 * 60:
        return f"{second} {minute} */{_at_most(minutes / 60, _HOURS)} * * *"
    return f"{second} {minute} 0 * * *"


def _at_most(wanted: float, steps: tuple[int, ...]) -> int:
    return max((step for step in steps if step <= wanted), default=1)
