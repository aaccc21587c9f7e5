"""How fast a chat may be spoken to: seconds between two sends to a channel, and calls a minute of the whole workspace.

The workspace's room is counted in this process; where several workers share a workspace, the platform's own refusals
say the rest.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_MINUTE = timedelta(minutes=1)


class CallKind(StrEnum):
    """Platforms count posts (also lines of threads) and edits apart."""

    POST = "post"
    EDIT = "edit"


# How much of the workspace's room a call may use up: the rest is kept for what matters more.
FOR_IMMEDIATE = 1.0
FOR_A_CASE = 0.8
FOR_A_DIGEST = 0.5  # edits of a storm's digest, of which the last one counts


@dataclass(frozen=True, slots=True)
class Rate:
    """One chat's limits; a kind of call that is not among ``a_minute`` has none."""

    between: float = 0.0  # seconds between two sends to one channel
    a_minute: Mapping[CallKind, int] | None = None


class Pace:
    """The rates of every chat, and what was spoken in the last minute."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        self._spoken: dict[tuple[str, CallKind], deque[datetime]] = defaultdict(deque)

    def between(self, chat: str) -> float:
        """Seconds between two sends to one channel."""
        return self._rates[chat].between if chat in self._rates else 0.0

    def take(self, chat: str, kinds: Sequence[CallKind], share: float, now: datetime) -> float:
        """0.0 when there was room for all these calls, which is taken then; else the seconds until there may be."""
        wait = max((self.wait(chat, kind, share, now) for kind in kinds), default=0.0)
        if not wait:
            for kind in kinds:
                self._spoken[chat, kind].append(now)
        return wait

    def wait(self, chat: str, kind: CallKind, share: float, now: datetime) -> float:
        """Seconds until there may be room for such a call; 0.0 when there is."""
        limits = self._rates[chat].a_minute if chat in self._rates else None
        most = limits.get(kind) if limits else None
        if most is None:
            return 0.0
        spoken = self._spoken[chat, kind]
        while spoken and not now - _MINUTE < spoken[0] <= now:  # later than now: the clock was set back meanwhile
            spoken.popleft()
        room = max(1, int(most * share))
        if len(spoken) < room:
            return 0.0
        return max(0.05, (spoken[len(spoken) - room] + _MINUTE - now).total_seconds())
