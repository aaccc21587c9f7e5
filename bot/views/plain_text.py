"""A message as plain lines, for a terminal and for screen readers. Nothing in it is markup."""

from __future__ import annotations

from connectors.contract.message import (
    Context,
    Diff,
    Fields,
    Level,
    Link,
    Listing,
    Mention,
    Message,
    Notice,
    Paragraph,
    Part,
    Spans,
)
from connectors.text import visible


def spans_text(spans: Spans) -> str:
    """The words of spans; a link's address stands beside its text."""
    said = []
    for span in spans:
        if isinstance(span, Link):
            said.append(f"{span.text} <{span.url}>")
        elif isinstance(span, Mention):
            said.append(span.name)
        else:
            said.append(span.text)
    return "".join(said)


def lines_of(message: Message) -> list[str]:
    """The whole message, one line a row. Its text is for those who are shown no parts."""
    lines = [message.header] if message.header or message.parts else [message.text]
    for part in message.parts:
        lines += part_lines(part)
    if message.buttons or message.overflow:
        lines.append("[ " + " | ".join(button.label for button in (*message.buttons, *message.overflow)) + " ]")
    return [visible(line) for line in lines if line]


def part_lines(part: Part) -> list[str]:
    """One part as lines."""
    if isinstance(part, Paragraph | Context):
        return [spans_text(part.spans)]
    if isinstance(part, Notice):
        said = spans_text(part.spans)
        return [f"{part.level.value}: {said}" if part.level in (Level.WARNING, Level.ERROR) else said]
    if isinstance(part, Fields):
        return [f"{label}: {spans_text(spans)}" for label, spans in part.pairs]
    if isinstance(part, Listing):
        more = [f"  and {part.more} more"] if part.more else []
        return [f"  - {spans_text(row)}" for row in part.rows] + more
    assert isinstance(part, Diff)
    return list(part.lines)
