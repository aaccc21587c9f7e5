"""Cards for a chat that cannot edit what it showed: they must still be true tomorrow, and lead to the live case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.case_view import CaseView, HistoryLine, Offers
from bot.views.card import OPERATIONAL, case_card
from bot.views.risks import risk_spans
from bot.views.times import at_minute
from connectors.contract.fix import RiskLevel
from connectors.contract.message import (
    Context,
    Fields,
    Level,
    Link,
    Message,
    Notice,
    Paragraph,
    Part,
    Plain,
    Span,
    Spans,
    Strong,
)

_LASTING = frozenset({"Owner", "Environment", "Exposure", "Told by"})  # fields that a change of state leaves true
_HEADER = 140
_MOST = 6


def lasting_card(view: CaseView, offers: Offers, now: datetime) -> Message:
    """The case as it was at ``now``, and said so: no state, no assignee, no distances in time, no ticket."""
    card = case_card(view, offers, now)
    parts = [_lasting(part, view) for part in card.parts if not isinstance(part, Notice)]
    parts.insert(len(parts) - 1, _live(view, now))  # above the small print
    place = f"{view.owner_name}, {view.environment or 'environment unknown'}"
    return Message(
        text=f"{card.header} ({place}) {view.name}",
        header=card.header,
        parts=tuple(parts),
        buttons=card.buttons,
        overflow=card.overflow,
    )


def news_card(lines: Sequence[HistoryLine], view: CaseView, offers: Offers, now: datetime) -> Message:
    """What people must know who saw the case's first card: a short one that names the case, oldest news first.

    It has the buttons that are pressed most as they are now: whoever is called may be asked for a yes."""
    shown = lines[-_MOST:]
    parts: list[Part] = [Notice(Level.WARNING, _said(line)) for line in shown]
    if len(lines) > len(shown):
        parts.append(Context((Plain(f"{len(lines) - len(shown)} earlier lines are on the case's page."),)))
    news = "; ".join(line.text for line in shown)
    return Message(
        text=f"{view.name}: {news}"[:1000],
        header=f"News of {view.name}: {view.title}"[:_HEADER],
        parts=(*parts, _live(view, now)),
        buttons=case_card(view, offers, now).buttons,
    )


def _lasting(part: Part, view: CaseView) -> Part:
    if part == _unread(view):
        return Paragraph(
            (
                Strong("If we fix: operational risk UNKNOWN"),
                Plain(" when this was sent. The plan says it, and is shown before anything is changed."),
            )
        )
    if not isinstance(part, Fields):
        return part
    pairs: list[tuple[str, Spans]] = [pair for pair in part.pairs if pair[0] in _LASTING]
    pairs.append(("First seen", (Plain(at_minute(view.times.seen)),)))
    if view.due_at is not None:
        pairs.append(("Due", (Plain(at_minute(view.due_at)),)))
    return Fields(tuple(pairs))


def _unread(view: CaseView) -> Part | None:
    """The card's sentence while no plan was read, which a moment later is no longer so; None otherwise."""
    risk = view.operational_risk
    known = risk.level is not RiskLevel.UNKNOWN or not view.fixes
    return None if known else Paragraph(risk_spans(OPERATIONAL, risk))


def _live(view: CaseView, now: datetime) -> Paragraph:
    return Paragraph(
        (
            Link(f"Open {view.name} as it stands now", view.link),
            Plain(f" · this card shows {at_minute(now)} and does not change"),
        )
    )


def _said(line: HistoryLine) -> Spans:
    spans: list[Span] = [Strong(f"{line.calls.name}: ")] if line.calls is not None else []
    if line.who:
        spans.append(Strong(f"{line.who} "))
    spans.append(Plain(line.text))
    if line.link.startswith("https://"):
        spans += [Plain(" "), Link("link", line.link)]
    spans.append(Plain(f" · {at_minute(line.at)}"))
    return tuple(spans)
