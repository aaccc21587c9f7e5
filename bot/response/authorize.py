"""Who is this, and may they do that here? No rule means no."""

from __future__ import annotations

from dataclasses import replace

from bot.model.policy import Denied, may
from bot.response.asked import Asked, Desk, Outcome
from bot.views.answers import refusal


async def authorize(asked: Asked, desk: Desk) -> Asked:
    """Refuse whoever no rule allows, and say who could."""
    verdict = may(
        desk.settings.policy,
        asked.person,
        asked.act,
        environment=asked.case["environment"],
        owner=asked.case["owner"],
        fix=asked.fix,
    )
    if isinstance(verdict, Denied):
        why = asked.stranger or verdict.why
        answer = refusal(why, verdict.who_could)
        return replace(asked, outcome=Outcome.REFUSED, why=why, answer=answer)
    return replace(asked, why=verdict.rule.where)
