"""Many cases in one message: a team's digest, and the digest of a storm. Every number in it is true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.case import CaseState
from bot.model.digest import DigestCase, StormDigest, TeamDigest
from bot.model.priority_tables import Priority
from bot.views.card import STATE_WORDS
from bot.views.times import at_minute, span_words, with_distance
from connectors.contract.message import (
    Context,
    Level,
    Link,
    Listing,
    Message,
    Notice,
    Paragraph,
    Part,
    Plain,
    Span,
    Spans,
    Strong,
)

_OWNERS = 15


def digest_message(digest: TeamDigest, now: datetime) -> Message:
    """How a team stands: numbers, what is most urgent, what is late, what ends."""
    header = f"{digest.team}: {_cases(digest.total)} open"
    parts: list[Part] = [Listing(tuple(_row(priority, states) for priority, states in digest.counts))]
    if not digest.total:
        parts = [Paragraph((Plain("Nothing is open."),))]
    if digest.overdue:
        parts.append(Notice(Level.WARNING, (Strong(f"{_cases(digest.overdue)} overdue."),)))
    if digest.urgent:
        parts += [
            Paragraph((Strong("Most urgent"),)),
            Listing(tuple(_named(case, now, case.due_at, "due") for case in digest.urgent)),
        ]
    if digest.ending:
        parts += [
            Paragraph((Strong("Accepted risks that end within a week"),)),
            Listing(
                tuple(_named(case, now, case.until, "ends") for case in digest.ending),
                digest.ending_in_all - len(digest.ending),
            ),
        ]
    parts.append(Context((Link("all in the console", digest.link), Plain(" · `mine` shows yours"))))
    urgent = sum(count for priority, states in digest.counts for _, count in states if priority is Priority.IMMEDIATE)
    said = f"{header}, {urgent} immediate, {digest.overdue} overdue"
    return Message(text=f"Digest of {said}", header=f"Digest: {header}"[:140], parts=tuple(parts))


def _row(priority: Priority, states: Sequence[tuple[CaseState, int]]) -> Spans:
    told = ", ".join(f"{count} {STATE_WORDS[state].partition(':')[0].partition(';')[0]}" for state, count in states)
    return (Strong(f"{priority.value}: {sum(count for _, count in states)}"), Plain(f" ({told})"))


def _named(case: DigestCase, now: datetime, moment: datetime | None, word: str) -> Spans:
    words = f" {case.severity.upper()} {case.priority.value} · {case.title} · {case.environment or 'unknown'}"
    spans: list[Span] = [Link(case.name, case.link), Plain(words)]
    if moment is not None:
        late = "overdue, it was due" if word == "due" and moment < now else word
        spans.append(Plain(f" · {late} {with_distance(moment, now)}"))
    return tuple(spans)


def storm_message(storm: StormDigest) -> Message:
    """What a storm brought, by owner and priority; while it lasts, and when it is over."""
    more = (Link("all in the console", storm.link), Plain(" · `mine` shows yours, `show S-12` one with its buttons"))
    return _storm(storm, _why(storm, "this message is kept up to date"), Context(more))


def lasting_storm_message(storm: StormDigest, now: datetime, again: timedelta) -> Message:
    """The same where nothing can be edited: how it was at a time, and where the live list is."""
    why = _why(storm, f"while more come, another message like this tells of them, every {span_words(again)} at most")
    live = (Plain(f"As of {at_minute(now)} · "), Link("the cases as they stand now", storm.link))
    return _storm(storm, why, Context(live))


def _storm(storm: StormDigest, why: str, more: Context) -> Message:
    since = f"since {at_minute(storm.began)}"
    if storm.ended:
        since = f"from {at_minute(storm.began)} to {at_minute(storm.last)}"
    header = f"{'The storm is over' if storm.ended else 'Storm'}: {storm.total:,} new {_cases(storm.total, '')} {since}"
    rows = tuple(_owner(owner, priorities) for owner, priorities in storm.counts)
    parts: list[Part] = [
        Paragraph((Plain(why),)),
        Listing(rows[:_OWNERS], max(0, len(rows) - _OWNERS)),
    ]
    if storm.on_their_own:
        parts.append(Paragraph((Plain(f"{storm.on_their_own:,} of them have a message of their own by now."),)))
    parts.append(more)
    return Message(text=header, header=header[:140], parts=tuple(parts))


def _why(storm: StormDigest, going_on: str) -> str:
    if storm.ended:
        return "They were told here together. A case gets a message of its own when somebody acts on it or it changes."
    return f"So many came that they are told here together; {going_on}. Immediate cases come singly."


def _owner(owner: str, priorities: Sequence[tuple[Priority, int]]) -> Spans:
    told = ", ".join(f"{count:,} {priority.value}" for priority, count in priorities)
    return (Strong(f"{owner}: {sum(count for _, count in priorities):,}"), Plain(f" ({told})"))


def _cases(count: int, number: str | None = None) -> str:
    shown = f"{count:,} " if number is None else number
    return f"{shown}case{'' if count == 1 else 's'}"
