"""Change windows: when an environment may be changed. Here those told by cron; change_calendar.py has the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from cronsim import CronSim

_MINUTE = timedelta(minutes=1)
_REPEATED = timedelta(hours=3)  # more than clocks are ever turned back


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when changes may be made, UTC; the end is outside."""

    opens: datetime
    closes: datetime


class Times(Protocol):
    """When a window is open."""

    def spans(self, now: datetime) -> Iterator[Span]:
        """The spans that are open at ``now``, and at least the next one."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Opens by a cron expression of five fields, read in a time zone, and stays open for so long."""

    expression: str
    lasts: timedelta
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"opens at {self.expression} ({self.zone.key}) for {self.lasts}"

    def spans(self, now: datetime) -> Iterator[Span]:
        """Counted onward from well before ``now``: an hour that summer time's end repeats is two hours, not one."""
        before = (now - _REPEATED).astimezone(self.zone)
        last = next(CronSim(self.expression, before, reverse=True), None)
        for opens in CronSim(self.expression, last - _MINUTE if last else before):
            begins = opens.astimezone(UTC)
            yield Span(begins, begins + self.lasts)
            if begins > now:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow:
    """One window of the policy. None for ``environments`` is any."""

    environments: frozenset[str] | None
    times: Times
    where: str  # config/policy.yaml:52

    def speaks_of(self, environment: str, unknown: str = "unknown") -> bool:
        return self.environments is None or (environment or unknown) in self.environments


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether an environment may be changed now; else from when, None when no window lies ahead."""

    open: bool
    at: datetime | None = None
    where: str = ""  # the window that says so, "" where there is none


def opening(windows: Sequence[ChangeWindow], environment: str, now: datetime) -> Opening:
    """An environment without a window may always be changed; one with windows only inside one of them."""
    speaking = [window for window in windows if window.speaks_of(environment)]
    if not speaking:
        return Opening(True)
    ahead = [(span, window.where) for window in speaking for span in window.times.spans(now)]
    inside = next((where for span, where in ahead if span.opens <= now < span.closes), None)
    if inside is not None:
        return Opening(True, where=inside)
    coming = [(span.opens, where) for span, where in ahead if span.opens > now]
    at, where = min(coming, default=(None, speaking[0].where))
    return Opening(False, at, where)
