"""Times as tools write them (ISO 8601, epoch seconds to nanoseconds) read into aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,19}(?:\.\d+)?", re.ASCII)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older ones are a language's zero value, not a time anybody meant
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def read_time(value: str | float) -> datetime | None:
    """The moment ``value`` names, in aware UTC; a time without a zone is UTC.

    None for a language's zero time (Go writes ``0001-01-01T00:00:00Z`` for "never"). Raises ValueError when it is none.
    """
    moment = _from_text(value) if isinstance(value, str) else _from_epoch(value)
    return moment if _EARLIEST <= moment < _LATEST else None


def _from_text(text: str) -> datetime:
    text = text.strip()
    if text[4:5] != "-" and _DIGITS.fullmatch(text):
        return _from_epoch(float(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("it is not a time (ISO 8601, or seconds since 1970)") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is a time outside the calendar") from None


def _from_epoch(number: float) -> datetime:
    """Seconds, milli-, micro- or nanoseconds since 1970: told apart by size, unambiguous between 1973 and 2286."""
    size = abs(number)
    for unit in (1.0, 1e3, 1e6, 1e9):
        if size < 1e10 * unit:
            return _EPOCH + timedelta(seconds=number / unit)
    raise ValueError("it is a number too large for a time")
