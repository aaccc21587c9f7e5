"""On-call by a rotation written in the configuration: people in turn, each for the same number of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.contract.context import Shift

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """``people`` (their ids) in turn from ``begins``, a time of day in ``zone``; ``every`` is whole days."""

    people: tuple[str, ...]
    begins: datetime  # without a zone: the time on the wall there
    every: timedelta
    zone: ZoneInfo


def shifts(rotation: Rotation, since: datetime, until: datetime) -> Iterator[Shift]:
    """The turns that touch the time from ``since`` to ``until``; none before the rotation begins.

    Turns are handed over at the same time on the wall also where summer time begins or ends in between.
    """
    passed = since.astimezone(rotation.zone).replace(tzinfo=None) - rotation.begins
    turn = max(0, passed // rotation.every - 1)
    while (starts := _on_the_wall(rotation, turn)) < until:
        ends = _on_the_wall(rotation, turn + 1)
        if ends > since:
            yield Shift(id=rotation.people[turn % len(rotation.people)], starts=starts, ends=ends)
        turn += 1


def whole_days(every: timedelta) -> bool:
    """Whether a turn of this length can be handed over at the same time of day each time."""
    return every >= _DAY and not every % _DAY


def _on_the_wall(rotation: Rotation, turn: int) -> datetime:
    return (rotation.begins + turn * rotation.every).replace(tzinfo=rotation.zone)
