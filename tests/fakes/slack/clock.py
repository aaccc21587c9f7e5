"""The fake's own time: the machine's clock, which a test may move ahead to let triggers and addresses grow old."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970. Only ever moved ahead, like Slack's."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
