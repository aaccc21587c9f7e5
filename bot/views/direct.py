"""What one person is told directly when a case cannot wait: what it is, why it is urgent, where it stands."""

from __future__ import annotations

from bot.model.case_view import CaseView
from bot.views.card import fallback, headline, urgency
from bot.views.risks import risk_spans
from connectors.contract.message import Context, Link, Message, Paragraph, Plain


def direct_card(view: CaseView) -> Message:
    """A summary and the way to the case; its buttons are on the team's card and on its page."""
    text = f"{view.owner_name} needs you now: {fallback(view)}"
    place = view.environment or "environment unknown"
    asked = Paragraph((Plain(f"{view.owner_name} needs you now. "), Link(f"Open {view.name}", view.link)))
    parts = (
        asked,
        Paragraph(urgency(view)),
        Paragraph(risk_spans("If we wait: security risk", view.security_risk)),
        Context((Plain(f"{place} · {view.total_findings} affected · told once each time it comes"),)),
    )
    return Message(text=text, header=headline(view), parts=parts)
