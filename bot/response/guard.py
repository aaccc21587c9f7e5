"""Is it still possible? A button outlives the state it was shown in; a stale one answers with the present state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model.case import CaseState
from bot.model.policy import Act
from bot.response.asked import Asked, Desk, Outcome
from bot.views.answers import stale_answer

_UNFIXED = frozenset(
    {CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.SNOOZED, CaseState.ACCEPTED, CaseState.REGRESSED}
)
_LIVE = _UNFIXED | {CaseState.MITIGATED, CaseState.FIXING}

# In which states an act makes sense. What is not here is stale.
POSSIBLE: Mapping[Act, frozenset[CaseState]] = {
    Act.FIX: _UNFIXED,
    Act.UNDO: frozenset({CaseState.MITIGATED, CaseState.FIXED, CaseState.REGRESSED}) | _UNFIXED,
    Act.TICKET: _LIVE,
    Act.ACKNOWLEDGE: _UNFIXED - {CaseState.ACKNOWLEDGED},
    Act.ASSIGN: _LIVE,
    Act.SNOOZE: _UNFIXED - {CaseState.SNOOZED},
    Act.ACCEPT_RISK: _UNFIXED,  # accepting again renews it
    Act.NOT_OURS: _UNFIXED,
    Act.MINE: _UNFIXED,
    Act.TEMPLATE_DONE: frozenset({CaseState.MITIGATED}),
    Act.VIEW: _LIVE,
    Act.APPROVE: _UNFIXED,
    Act.STOP: _UNFIXED | {CaseState.FIXING},
    Act.BREAK_GLASS: _UNFIXED,
}


async def guard(asked: Asked, desk: Desk) -> Asked:
    """Stop what the case's present state, or the offer's age, no longer allows."""
    if asked.settled:
        return asked
    state = CaseState(asked.case["state"])
    expired = asked.offer_expires is not None and asked.now > asked.offer_expires
    if state in POSSIBLE.get(asked.act, frozenset()) and not expired:
        return asked
    view = await desk.view(desk.connection, asked.case["id"])
    why = "this button is too old" if expired else f"the case is {state.value} now"
    return replace(asked, outcome=Outcome.STALE, why=why, answer=stale_answer(view) if view else None)
