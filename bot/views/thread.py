"""The thread's lines: who did what, when. Several that waited together are one message."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.case_view import HistoryLine
from bot.views.times import at_minute
from connectors.contract.message import Context, Link, Mention, Message, Paragraph, Part, Plain, Span, Strong

_MOST = 12


def thread_line(lines: Sequence[HistoryLine], chat: str, *, repeat: bool = False) -> Message:
    """What happened, oldest first, for the thread in ``chat``, where who is called is mentioned.

    ``repeat``: the answer to an earlier copy was lost, so this may stand here twice."""
    left = lines[-_MOST:]
    parts: list[Part] = []
    if len(lines) > len(left):
        parts.append(Context((Plain(f"{len(lines) - len(left)} earlier lines are on the case's page"),)))
    for line in left:
        spans: list[Span] = [Strong(f"{line.who} ")] if line.who else []
        called = [] if line.calls is None else [Mention(line.calls.name, line.calls.on(chat))]
        if line.who:  # the person called comes after what the other did
            spans += [Plain(line.text), Plain(" "), *called]
        else:
            spans += [*called, Plain(f"{' ' * len(called)}{line.text}")]
        if line.link.startswith("https://"):
            spans += [Plain(" "), Link("link", line.link)]
        spans.append(Plain(f" · {at_minute(line.at)}"))
        parts.append(Paragraph(tuple(spans)))
    if repeat:
        parts.append(Context((Plain("possible repeat: an earlier answer was lost"),)))
    text = "; ".join(f"{line.who} {line.text}".strip() for line in left) or "No news."
    return Message(text=text[:1000], parts=tuple(parts))
