"""Plans, runs and questions as private answers to typed words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.case_view import ApprovalView, CaseView, RunView
from bot.model.levels import LEVEL_WORDS
from bot.model.plan_digest import plan_digest
from bot.views.forms import plan_form
from bot.views.times import at_minute
from connectors.contract.fix import Plan
from connectors.contract.message import Code, Context, Message, Paragraph, Part, Plain, Strong


def plan_answer(view: CaseView, plans: Sequence[Plan], now: datetime) -> Message:
    """The plan, and the words that run exactly this one."""
    form = plan_form(view, plans, "", now)
    words = f"fix {view.name} {plan_digest(plans)[:12]}"
    how = Paragraph((Plain("To run exactly this: "), Code(words)))
    return Message(text=f"The plan for {view.name}. To run exactly this: {words}", parts=(*form.parts, how))


def question_answer(view: CaseView, asked: ApprovalView, plans: Sequence[Plan], now: datetime) -> Message:
    """What waits for a yes, exactly; and the words that give it to this plan and no other."""
    form = plan_form(view, plans, "", now)
    needs = Paragraph((Strong(asked.requester), Plain(f" asks for this. It needs {LEVEL_WORDS[asked.level]}.")))
    words = f"approve {view.name} {asked.digest[:12]}"
    how = Paragraph((Plain("To say yes to exactly this: "), Code(words)))
    return Message(text=f"{asked.requester} asks: {words}", parts=(needs, *form.parts, how))


def risk_question_answer(view: CaseView, asked: ApprovalView) -> Message:
    """The risk that somebody wants to live with; and the words that say yes to exactly these terms."""
    asks = Paragraph((Strong(asked.requester), Plain(f" asks {asked.asks}")))
    instead = Paragraph((Strong("Instead: "), Plain(asked.control or "nothing is named")))
    needs = Paragraph((Plain(f"It needs {' and '.join(asked.wanted)} until {at_minute(asked.expires_at)}."),))
    words = f"approve {view.name} {asked.until}"
    how = Paragraph((Plain("To say yes to exactly this: "), Code(words)))
    return Message(text=f"{asked.requester} asks: {words}", parts=(asks, instead, needs, how))


def run_answer(view: CaseView, run: RunView) -> Message:
    """How far a run is, or how it ended, with its proof."""
    by = run.person or "the policy itself"
    text = f"{run.title} on {view.name}: {run.state}. Begun {at_minute(run.at)} by {by}."
    parts: list[Part] = [Paragraph((Strong(run.title), Plain(f" on {view.name}: {run.state}.")))]
    parts.append(Context((Plain(f"Begun {at_minute(run.at)} by {by}; {run.allowed_by or 'allowed by policy'}"),)))
    if run.opens_at is not None:
        parts.append(Paragraph((Plain(f"It goes {at_minute(run.opens_at)}."),)))
    parts += [Paragraph((Plain(line),)) for line in (run.reason, *run.evidence) if line]
    return Message(text=text, parts=tuple(parts))
