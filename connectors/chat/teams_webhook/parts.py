"""One part of a message as elements of an Adaptive Card 1.5: every text is a TextRun, where nothing is markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.chat.teams_webhook import limits
from connectors.chat.teams_webhook.escape import is_address, run_text
from connectors.contract.message import (
    Code,
    Context,
    Diff,
    Fields,
    Level,
    Link,
    Listing,
    Mention,
    Notice,
    Paragraph,
    Part,
    Plain,
    Span,
    Spans,
    Strong,
)

Element = dict[str, Any]

# The word first, the colour second, never alone.
_LEVELS = {
    Level.INFO: ("Note", "accent"),
    Level.WARNING: ("Warning", "warning"),
    Level.ERROR: ("Problem", "attention"),
    Level.SUCCESS: ("Good", "good"),
}
_DIFF_COLOURS = {"+": "Good", "-": "Attention"}


def elements_of(part: Part) -> list[Element]:
    """The elements of one part; empty for a part that says nothing."""
    match part:
        case Paragraph(spans):
            return text_block(spans, limits.PARAGRAPH)
        case Notice(level, spans):
            return _notice(level, spans)
        case Context(spans):
            return text_block(spans, limits.PARAGRAPH, size="Small", isSubtle=True)
        case Fields(pairs):
            return _fields(pairs)
        case Listing(rows, more):
            return _listing(rows, more)
        case Diff(lines):
            return _diff(lines)


def text_block(spans: Spans, room: int, *, spacing: str = "", **look: Any) -> list[Element]:
    """Spans as one block of text of at most ``room`` characters; none when they say nothing."""
    runs = [run | {name: value for name, value in look.items() if name not in run} for run in _runs(spans, room)]
    if not "".join(run["text"] for run in runs).strip():
        return []
    block: Element = {"type": "RichTextBlock", "inlines": runs}
    return [block | {"spacing": spacing}] if spacing else [block]


def more_line(count: int, what: str) -> list[Element]:
    """``+ 3 more sections``, when there are any."""
    if not count:
        return []
    words = what if count != 1 else what.removesuffix("s")
    return text_block(
        (Plain(f"+ {count:,} more {words}".rstrip()),), limits.LINE, size="Small", isSubtle=True, spacing="Small"
    )


def _runs(spans: Spans, room: int) -> Iterator[Element]:
    left_off = 0
    for span in spans:
        whole = span.name if isinstance(span, Mention) else span.text
        read = whole[: 4 * room]  # white space shrinks; nobody has to clean a megabyte to show a line
        text = "" if left_off else run_text(read)
        if text[:room]:
            yield _run(span, text[:room])
        left_off += len(whole) if left_off else len(text[room:]) + len(whole) - len(read)
        room -= len(text[:room])
    if left_off:
        yield {"type": "TextRun", "text": f"… + {left_off:,} more characters", "isSubtle": True}


def _run(span: Span, text: str) -> Element:
    run: Element = {"type": "TextRun", "text": text}
    match span:
        case Plain():
            return run
        case Strong() | Mention():
            return run | {"weight": "Bolder"}
        case Code():
            return run | {"fontType": "Monospace"}
        case Link(_, url):
            if not is_address(url):
                return run
            action = {"type": "Action.OpenUrl", "url": url}
            return run | {"color": "Accent", "underline": True, "selectAction": action}


def _notice(level: Level, spans: Spans) -> list[Element]:
    word, style = _LEVELS[level]
    items = text_block((Strong(f"{word}: "), *spans), limits.PARAGRAPH)
    return [{"type": "Container", "style": style, "items": items}]


def _fields(pairs: Sequence[tuple[str, Spans]]) -> list[Element]:
    """Two columns, read row by row; each field keeps its label above its value."""
    kept = [_field(label, spans) for label, spans in pairs[: limits.FIELDS]]
    rows: list[Element] = [
        {"type": "ColumnSet", "spacing": "Small", "columns": [_column(kept[n : n + 1]), _column(kept[n + 1 : n + 2])]}
        for n in range(0, len(kept), 2)
    ]
    return rows + more_line(max(0, len(pairs) - limits.FIELDS), "fields")


def _column(fields: Sequence[list[Element]]) -> Element:
    return {"type": "Column", "width": "stretch", "items": [element for field in fields for element in field]}


def _field(label: str, spans: Spans) -> list[Element]:
    value = text_block(spans, limits.FIELD, spacing="None") or text_block((Plain("–"),), 1, spacing="None")
    return [*text_block((Plain(label),), limits.LABEL, size="Small", isSubtle=True), *value]


def _listing(rows: Sequence[Spans], more: int) -> list[Element]:
    """One line a row; the count at the end is of rows, shown nowhere else."""
    shown = [
        block
        for place, spans in enumerate(rows[: limits.ROWS])
        for block in text_block((Plain("• "), *spans), limits.ROW, spacing="Small" if place == 0 else "None")
    ]
    return shown + more_line(len(rows[limits.ROWS :]) + more, "")


def _diff(lines: Sequence[str]) -> list[Element]:
    """A line each, in a fixed-width face; the sign stays, whatever the colour says."""
    shown: list[Element] = []
    for line in lines[: limits.DIFF_LINES]:
        look = {"color": _DIFF_COLOURS[line[0]]} if line[:1] in _DIFF_COLOURS else {}
        shown += text_block((Code(line),), limits.LINE, spacing="None", **look)
    shown += more_line(max(0, len(lines) - limits.DIFF_LINES), "lines")
    return [{"type": "Container", "style": "emphasis", "items": shown}] if shown else []
