"""Sections of the app's own page that are no answer to anything typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.times import with_distance
from connectors.contract.message import Link, Listing, Message, Paragraph, Plain, Spans

_ROWS = 15


@dataclass(frozen=True, slots=True)
class Ending:
    """An accepted risk whose end is near."""

    name: str
    link: str
    title: str
    until: datetime
    reason: str


def endings_answer(endings: Sequence[Ending], now: datetime) -> Message:
    """The next one first; each can be renewed on its card."""
    rows = (
        (Link(each.name, each.link), Plain(f" {each.title} · ends {with_distance(each.until, now)} · {each.reason}"))
        for each in endings[:_ROWS]
    )
    return _listing("Risks I accepted that end soon", tuple(rows), len(endings))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question of somebody else that waits for a yes or no."""

    name: str
    link: str
    title: str
    asker: str
    until: datetime


def waiting_answer(waiting: Sequence[Waiting], now: datetime) -> Message:
    """The one that ends first first; each is answered on its card."""
    rows = (
        (
            Link(each.name, each.link),
            Plain(f" {each.title} · {each.asker} asks, until {with_distance(each.until, now)}"),
        )
        for each in waiting[:_ROWS]
    )
    return _listing("Approvals that wait for me", tuple(rows), len(waiting))


def _listing(title: str, rows: tuple[Spans, ...], count: int) -> Message:
    if not rows:
        text = f"{title}: none."
        return Message(text=text, parts=(Paragraph((Plain(text),)),))
    text = f"{title}: {count}"
    return Message(text=text, header=text, parts=(Listing(rows, count - len(rows)),))
