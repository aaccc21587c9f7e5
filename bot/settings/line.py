"""One sentence about one thing that the configuration says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """("source", "github", "posts to /v1/alerts/github …")."""

    topic: str  # source, owns, catch-all, team, route, account, tickets, may, level, window, caps, protected, silence
    name: str
    text: str
