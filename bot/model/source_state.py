"""How each source stands: switched on or why not, when it last came, how often, and what waits to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Switch(StrEnum):
    """Whether a source may send."""

    ON = "on"
    LACKS_SECRET = "lacks its secret"  # it is on, and what it needs is not there: nothing starts
    OFF = "off"  # written with enabled: false
    NOT_NAMED = "not named"  # nothing in config/sources.yaml speaks of it


@dataclass(frozen=True, slots=True)
class Last:
    """The last alert or report of a source, and what was in it."""

    at: datetime
    findings: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from one source: alerts and reports together."""

    last_at: datetime | None = None
    hour: int = 0  # deliveries within the last hour
    day: int = 0  # and within the last 24
    findings: int = 0  # known from it, open or not
    open_findings: int = 0
    waiting: int = 0  # quarantined records that nobody has read yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source, as the terminal and the console show it."""

    id: str
    title: str
    switch: Switch
    secrets: tuple[str, ...] = ()  # where they are read: env GITHUB_WEBHOOK_SECRET; never their values
    missing: tuple[str, ...] = ()  # of a source that is not on: which of them are empty
    allow: tuple[str, ...] = ()  # who may send, where the source needs such a list
    where: str = ""  # config/sources.yaml:4
    lacks: tuple[str, ...] = ()  # what is wrong with its secret, with file and line
    arrivals: Arrivals = Arrivals()
