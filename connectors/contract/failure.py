"""How something outside can fail us. Three named kinds; everything else is a bug and rises."""

from __future__ import annotations


class Retriable(Exception):
    """Nothing happened out there; the same call may go through later."""

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after  # seconds the other side asked us to wait


class Ambiguous(Exception):
    """The call was sent and its answer was lost: it may or may not have happened. Look before repeating it."""


class NeedsHuman(Exception):
    """Repeating will not help: a person must change something. The message says what."""


class Refused(Exception):
    """A request from outside that is not what it claims to be: wrong, stale, replayed or unsigned. Answered 401."""


class NotThisFormat(Exception):
    """The body is not the format it claims to be (not JSON, not XML, broken encoding). Answered 400."""


class UnknownShape(Exception):
    """A well-formed body of a shape nobody knows. It is stored and quarantined, since it will not be sent again."""
