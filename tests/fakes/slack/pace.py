"""Slack's rate limits: 1 message a second and channel with a short burst, and so many calls a minute by tier.

From docs.slack.dev/apis/web-api/rate-limits: tiers are per method and workspace; all figures can be changed, because a
benchmark with many channels wants to know what they cost.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.errors import TooFast

MINUTE = 60.0
TIER_OF = {
    "chat.update": 3,
    "chat.postEphemeral": 4,
    "views.open": 4,
    "conversations.open": 3,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
    "views.update": 4,
    "views.publish": 4,
    "conversations.history": 3,
    "conversations.replies": 3,
    "users.info": 4,
    "usergroups.users.list": 2,
    "users.lookupByEmail": 3,
    "auth.test": 4,
}


@dataclass
class Limits:
    """Calls a second or a minute. ``channel_burst`` is how many messages a rested channel takes at once."""

    channel_per_second: float = 1.0
    channel_burst: int = 4
    workspace_posts_per_minute: int = 300
    tier_2_per_minute: int = 20
    tier_3_per_minute: int = 50
    tier_4_per_minute: int = 100


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class Pace:
    """Counts the calls, refused ones too, and raises TooFast when one comes too soon."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _channels: dict[str, _Bucket] = field(default_factory=dict)
    _minutes: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, method: str, channel: str) -> None:
        """Raise TooFast, or count this call."""
        if method == "chat.postMessage":
            self._take_from_channel(channel)
            self._take_from_minute(method, self.limits.workspace_posts_per_minute)
            return
        tier = TIER_OF.get(method)
        if tier:
            self._take_from_minute(method, getattr(self.limits, f"tier_{tier}_per_minute"))

    def _take_from_channel(self, channel: str) -> None:
        now, rate, burst = self.clock.now(), self.limits.channel_per_second, float(self.limits.channel_burst)
        bucket = self._channels.setdefault(channel, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise TooFast(max(1, math.ceil((1 - bucket.tokens) / rate)))
        bucket.tokens -= 1

    def _take_from_minute(self, method: str, per_minute: int) -> None:
        now, calls = self.clock.now(), self._minutes[method]
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= per_minute:
            raise TooFast(max(1, math.ceil(calls[0] + MINUTE - now)))
        calls.append(now)
