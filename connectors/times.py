"""Times as tools write them (ISO 8601, epoch seconds to nanoseconds, mail's, Go's and Java's) read into aware UTC."""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,19}(?:\.\d+)?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (?:UTC|GMT) (\d{4})", re.ASCII
)
_SPOKEN = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2})(:\d\d:\d\d)\s([AP]M)")
# ``2026-03-02 09:00:00 UTC`` of Ruby and ``2026-03-02 09:00:00.5 +0100 CET m=+0.1`` of Go. Without an offset, only UTC.
_NAMED_ZONE = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?) (?:UTC|GMT|([+-]\d\d:?\d\d) [A-Z]{3,5})(?: m=[+-][\d.]+)?",
    re.ASCII,
)
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} .*", re.ASCII)  # RFC 5322 §3.3
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
    if text == "0" or (text[4:5] != "-" and _DIGITS.fullmatch(text)):
        return _from_epoch(float(text))
    try:
        moment = _from_mail(text) or datetime.fromisoformat(_from_java(text) or _with_offset(text))
    except ValueError:
        raise ValueError("it is not a time (ISO 8601, or seconds since 1970)") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is a time outside the calendar") from None


def _from_mail(text: str) -> datetime | None:
    return email.utils.parsedate_to_datetime(text) if _MAIL.fullmatch(text) else None


def _with_offset(text: str) -> str:
    """The text with an offset for the zone that it names; without one it is UTC anyway."""
    found = _NAMED_ZONE.fullmatch(text)
    return "".join(part or "" for part in found.groups()) if found else text


def _from_java(text: str) -> str:
    """ISO 8601 of ``Wed Sep 04 16:59:44.356 UTC 2024`` and ``Dec 3, 2021, 6:02:30 PM``, which AWS Inspector writes."""
    if not text[:3].isalpha():
        return ""
    if found := _DATE.fullmatch(text):
        month, day, clock, year = found.groups()
    elif found := _SPOKEN.fullmatch(text):
        month, day, year, hour, rest, half = found.groups()
        clock = f"{int(hour) % 12 + (12 if half == 'PM' else 0):02}{rest}"
    else:
        return ""
    return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}" if month in _MONTHS else ""


def _from_epoch(number: float) -> datetime:
    """Seconds, milli-, micro- or nanoseconds since 1970: told apart by size, unambiguous between 1973 and 2286."""
    size = abs(number)
    for unit in (1.0, 1e3, 1e6, 1e9):
        if size < 1e10 * unit:
            return _EPOCH + timedelta(seconds=number / unit)
    raise ValueError("it is a number too large for a time")
