"""The audit trail of one case as a private answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.model.person import People
from bot.views.counts import counted
from bot.views.times import at_minute
from connectors.contract.message import Context, Link, Listing, Message, Part, Plain, Spans, Strong


def trail_answer(name: str, records: Sequence[Any], people: People, whole: str = "") -> Message:
    """The latest records, newest first: when, who, what, how it came out, and why; ``whole``: where there are more."""
    told = f"the newest {counted(len(records), 'record')}" if whole else counted(len(records), "record")
    text = f"{name}: {told} of the trail, newest first"
    parts: list[Part] = [Listing(tuple(_row(each, people) for each in records))]
    if whole:
        parts.append(Context((Link("all in the console", whole),)))
    return Message(text=text, header=text, parts=tuple(parts))


def _row(record: Any, people: People) -> Spans:
    person = people.person(record.who)
    why = str(record.detail.get("why") or record.detail.get("reason") or "")
    told = f" {record.act}: {record.outcome}" + (f" ({why})" if why else "")
    return (Plain(f"{at_minute(record.at)} "), Strong(person.name if person else record.who), Plain(told))
