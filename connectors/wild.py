"""A reader for JSON that nobody promised: typed getters that know where they are.

A missing key reads as empty; a key of the wrong type raises Unreadable with its JSON pointer (RFC 6901) and no other
exception, so that one bad record can be set aside by name while its siblings go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.text import NAME, clean, https_url
from connectors.times import read_time

_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}


class Unreadable(Exception):
    """A place in a record that does not hold what it should. ``reason`` is for a person, ``pointer`` says where."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer or '/'}: {reason}")
        self.pointer, self.reason = pointer, reason


def _escape(key: str | int) -> str:
    if isinstance(key, int):  # a record's number: the most there are
        return str(key)
    return clean(str(key), 100).replace("~", "~0").replace("/", "~1")


class Wild:
    """One JSON value and the pointer to it. ``path`` arguments are keys of nested objects."""

    __slots__ = ("_key", "_up", "value")

    def __init__(self, value: Any, up: Wild | str = "", key: str | int | None = None) -> None:
        self.value, self._up, self._key = value, up, key

    def pointer(self, *path: str | int) -> str:
        """The JSON pointer of this value, or of what lies at ``path`` below it."""
        base = self._up if isinstance(self._up, str) else self._up.pointer()
        own = base if self._key is None else f"{base}/{_escape(self._key)}"
        return own + "".join("/" + _escape(key) for key in path) if path else own

    def bad(self, reason: str, *path: str | int) -> Unreadable:
        """The exception to raise for what is wrong at ``path``."""
        return Unreadable(self.pointer(*path), reason)

    def wrong(self, wanted: str, value: Any, *path: str | int) -> Unreadable:
        """The exception for a value of the wrong type."""
        return self.bad(f"expected {wanted}, found {_KINDS.get(type(value), 'nothing')}", *path)

    def get(self, *path: str) -> Any:
        """The raw value at ``path``; None when it, or an object on the way, is missing or null."""
        value = self.value
        if len(path) == 1 and type(value) is dict:  # by far the most
            return value.get(path[0])
        for depth, key in enumerate(path):
            if value is None:
                return None
            if type(value) is not dict:
                raise self.wrong("an object", value, *path[:depth])
            value = value.get(key)
        return value

    def at(self, *path: str) -> Wild:
        """The value at ``path``, as Wild; it may be null."""
        found = self
        for key in path:
            found = Wild(found.get(key), found, key)
        return found

    def text(self, key: str = "", *deeper: str, limit: int = NAME) -> str:
        """Cleaned text; "" when missing. A number is taken as it would be written, since tools send ids as both."""
        if key and not deeper and type(self.value) is dict:  # thirty times a finding: by the shortest way
            value = self.value.get(key)
            if value is None:
                return ""
            if type(value) is str:
                return clean(value, limit)
        return self._text(tuple(filter(None, (key, *deeper))), limit)

    def _text(self, path: tuple[str, ...], limit: int) -> str:
        value = self.get(*path)
        if type(value) is str:
            return clean(value, limit)
        if value is None:
            return ""
        if type(value) in (int, float):
            return clean(str(value), limit)
        raise self.wrong("a text", value, *path)

    def need(self, *path: str, limit: int = NAME) -> str:
        """Cleaned text that must be there."""
        return self.text(*path, limit=limit) or self._missing(path)

    def _missing(self, path: tuple[str, ...]) -> str:
        raise self.bad("this is needed and is missing or empty", *path)

    def first(self, *keys: str, limit: int = NAME) -> str:
        """The first of several keys, side by side, that holds a text; "" when none does."""
        return next((found for key in keys if (found := self.text(key, limit=limit))), "")

    def number(self, *path: str) -> float | None:
        """A number, or one written as text; None when missing."""
        value = self.get(*path)
        if value is None or value == "":
            return None
        if type(value) is str or (type(value) in (int, float)):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                raise self.bad("expected a number", *path) from None
            if abs(number) < 1e300:  # neither NaN nor infinite
                return number
        raise self.wrong("a number", value, *path)

    def whole(self, *path: str) -> int | None:
        """A whole number, or None."""
        number = self.number(*path)
        if number is not None and number != int(number):
            raise self.bad("expected a whole number", *path)
        return None if number is None else int(number)

    def flag(self, *path: str) -> bool:
        """True or false, also as the words; false when missing."""
        value = self.get(*path)
        if value is None or value is False or value is True:
            return bool(value)
        if type(value) is str and value.strip().lower() in {"true", "false", ""}:
            return value.strip().lower() == "true"
        raise self.wrong("true or false", value, *path)

    def time(self, *path: str) -> datetime | None:
        """A moment in aware UTC, or None."""
        value = self.get(*path)
        if value is None or value == "":
            return None
        if type(value) not in (str, int, float):
            raise self.wrong("a time", value, *path)
        try:
            return read_time(value)
        except (ValueError, OverflowError) as error:
            raise self.bad(clean(str(error), 100), *path) from None

    def url(self, *path: str) -> str:
        """An https address, or "": an address of another kind is dropped, not an error."""
        value = self.get(*path)
        if value is not None and type(value) is not str:
            raise self.wrong("an address", value, *path)
        return https_url(value or "")

    def items(self, *path: str) -> Iterator[Wild]:
        """The members of a list; none when it is missing."""
        value = self.get(*path)
        if value is None:
            return
        if type(value) is not list:
            raise self.wrong("a list", value, *path)
        up = self.at(*path) if path else self
        for number, member in enumerate(value):
            yield Wild(member, up, number)

    def texts(self, *path: str, limit: int = NAME) -> tuple[str, ...]:
        """A list of texts, cleaned, without the empty ones."""
        return tuple(found for member in self.items(*path) if (found := member.text(limit=limit)))

    def pairs(self, *path: str) -> dict[str, str]:
        """An object of texts (labels, tags), cleaned."""
        value = self.get(*path)
        if value is None:
            return {}
        if type(value) is not dict:
            raise self.wrong("an object", value, *path)
        up = self.at(*path) if path else self
        return {clean(key, 200): up.text(key) for key in value}
