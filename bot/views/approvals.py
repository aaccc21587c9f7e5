"""What an approver is shown: exactly the plan that waits, who asked for it, and until when; and the forms beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.case_view import CaseView
from bot.model.levels import LEVEL_WORDS, Level
from bot.model.person import Person
from bot.views.forms import about, plan_form
from bot.views.risks import risk_spans
from bot.views.times import with_distance
from connectors.contract.fix import Plan
from connectors.contract.message import Context, Form, Input, InputKind, Notice, Paragraph, Plain, Strong
from connectors.contract.message import Level as Weight


def approve_form(
    view: CaseView, plans: Sequence[Plan], offer: str, asker: Person | None, row: Any, now: datetime
) -> Form:
    """``row`` is the approval. What is shown is the stored plan it is bound to, not a newer one."""
    plan = plan_form(view, plans, offer, now)
    name = asker.name if asker else row.requester
    asks = Paragraph((Strong(name), Plain(f" asks for this. It needs {LEVEL_WORDS[Level(row.level)]}: {row.why}.")))
    ends = Context((Plain(f"Without an answer it is a no {with_distance(row.expires_at, now)}."),))
    note = Input("reason", "A word for the trail", InputKind.LINE, optional=True)
    return Form("Approve", (asks, *plan.parts, ends), offer, "Approve", (note,))


def approve_acceptance_form(
    view: CaseView, offer: str, asker: Person | None, reason: str, control: str, until: datetime
) -> Form:
    """Who wants to live with what, why, what is done instead, and until when."""
    name = asker.name if asker else "somebody"
    asks = Paragraph((Strong(name), Plain(f" asks to accept this risk until {until.date()}: {reason}")))
    instead = Paragraph((Strong("Instead: "), Plain(control or "nothing is named")))
    risk = Paragraph(risk_spans("If we wait: security risk", view.security_risk))
    return Form("Approve", (about(view), asks, instead, risk), offer, "Approve")


def deny_form(view: CaseView, offer: str, asker: Person | None) -> Form:
    """Why not; whoever asked reads it."""
    hint = f"{asker.name} reads this." if asker else ""
    reason = Input("reason", "Why not?", InputKind.PARAGRAPH, hint=hint)
    return Form("Deny", (about(view),), offer, "Deny", (reason,))


def glass_form(view: CaseView, plans: Sequence[Plan], offer: str, now: datetime) -> Form:
    """The plan once more, what is passed over, and the reason that will be reviewed."""
    plan = plan_form(view, plans, offer, now)
    warn = "This runs it NOW, without the yes of others and outside its change window. The security team is told."
    reason = Input("reason", "Why can it not wait?", InputKind.PARAGRAPH, hint="Someone reviews this tomorrow.")
    return Form("Break glass", (Notice(Weight.ERROR, (Plain(warn),)), *plan.parts), offer, "Break glass", (reason,))
