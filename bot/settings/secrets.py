"""A secret as a type: it can be used, and it cannot be shown by accident."""

from __future__ import annotations

import hmac


class Secret:
    """Holds a value that no way of printing shows; :meth:`reveal` is the one way to it."""

    __slots__ = ("_origin", "_value")

    def __init__(self, value: str, origin: str = "") -> None:
        self._value = value
        self._origin = origin

    @property
    def origin(self) -> str:
        """Where it was read, without its value: ``env SLACK_BOT_TOKEN`` or ``file /run/secrets/slack``."""
        return self._origin

    def reveal(self) -> str:
        """The value itself: call it where it is used, and keep what it returns out of any other value."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self._origin or '…'})"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        # Pickle and copy.deepcopy would carry the value into places that print it.
        raise TypeError("a Secret is not pickled or copied: pass the reference to it")
