"""One part of a message as blocks, within a room given in characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.chat.slack import limits
from connectors.chat.slack.escape import drawn, escaped, mrkdwn, on_one_line
from connectors.contract.message import (
    Context,
    Diff,
    Fields,
    Level,
    Listing,
    Notice,
    Paragraph,
    Part,
    Plain,
    Spans,
    Strong,
)
from connectors.text import visible

Block = dict[str, Any]
LEAST_ROOM = 900  # below this a part is left off and counted, not cut to a stump
_LABEL = 80
_ROW = 600
_LEVEL_WORDS = {
    Level.INFO: "Note",
    Level.WARNING: "Warning ⚠️",
    Level.ERROR: "Error ❌",
    Level.SUCCESS: "Done ✅",
}


def blocks_of(part: Part, room: int) -> list[Block]:
    """The blocks of one part, their texts at most ``room`` long together. Empty for a part that says nothing."""
    match part:
        case Paragraph(spans):
            return _section(mrkdwn(spans, min(room, limits.SECTION)))
        case Notice(level, spans):
            return _notice(level, spans, min(room, limits.SECTION))
        case Context(spans):
            text = mrkdwn(spans, min(room, limits.FIELD))
            return [{"type": "context", "elements": [mrkdwn_text(text)]}] if text.strip() else []
        case Fields(pairs):
            return _fields(pairs, room)
        case Listing(rows, more):
            return _section(_listing(rows, more, min(room, limits.SECTION)))
        case Diff(lines):
            return _diff(lines, min(room, limits.SECTION))


def mrkdwn_text(text: str) -> Block:
    """``verbatim``: Slack is not to look for channel names and addresses in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def more_line(count: int, what: str) -> list[Block]:
    """``+ 3 more sections``, when there are any."""
    if not count:
        return []
    words = what if count != 1 else what.removesuffix("s")
    return [{"type": "context", "elements": [mrkdwn_text(f"+ {count:,} more {words}")]}]


def _section(text: str) -> list[Block]:
    return [{"type": "section", "text": mrkdwn_text(text)}] if text.strip() else []


def _notice(level: Level, spans: Spans, room: int) -> list[Block]:
    """The word first, the picture second, the colour never alone."""
    return _section(mrkdwn((Strong(_LEVEL_WORDS[level]), Plain("  "), *spans), room))


def _fields(pairs: Sequence[tuple[str, Spans]], room: int) -> list[Block]:
    kept = pairs[: limits.FIELDS]
    if not kept:
        return []
    each = min(limits.FIELD, room // len(kept))
    texts = [_field(label, spans, each) for label, spans in kept]
    fields = {"type": "section", "fields": [mrkdwn_text(text) for text in texts]}
    return [fields, *more_line(len(pairs) - len(kept), "fields")]


def _field(label: str, spans: Spans, room: int) -> str:
    head = drawn(Strong(limits.cut(on_one_line(label), min(_LABEL, room // 2)))) + "\n"
    return head + (mrkdwn(spans, max(0, room - limits.size(head))) or "–")


def _listing(rows: Sequence[Spans], more: int, room: int) -> str:
    """As many whole rows as there is room for; the count at the end is of rows, shown nowhere else."""
    lines: list[str] = []
    left = room - limits.MORE_ROOM
    for spans in rows:
        line = "• " + " ".join(mrkdwn(spans, min(_ROW, room)).split())
        if limits.size(line) + 1 > left:
            break
        lines.append(line)
        left -= limits.size(line) + 1
    unseen = len(rows) - len(lines) + more
    return "\n".join([*lines, f"+ {unseen:,} more"] if unseen else lines)


def _diff(lines: Sequence[str], room: int) -> list[Block]:
    """A preformatted face of rich text: its text is never read as markup, so nothing can break out of it."""
    kept: list[str] = []
    left = room - limits.MORE_ROOM
    for line in lines:
        text = visible(line).replace("\n", " ")
        if limits.size(text) + 1 > left:
            break
        kept.append(text)
        left -= limits.size(text) + 1
    unseen = len(lines) - len(kept)
    shown = "\n".join([*kept, f"+ {unseen:,} more lines"] if unseen else kept)
    if not shown.strip():
        return []
    face = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": shown}]}
    return [{"type": "rich_text", "elements": [face]}]


def fallback(text: str) -> str:
    """The line for notifications and screen readers."""
    return escaped(limits.fit(text, limits.FALLBACK - 1, escaped)) + (
        "…" if limits.size(escaped(text)) >= limits.FALLBACK else ""
    )
