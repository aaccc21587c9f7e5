"""*Accept risk*: someone signs for living with it until a date, with a reason. It reopens by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bot.response.acceptance import Terms, ask_for, sign
from bot.response.approval import withdraw
from bot.response.ask_back import once_more, reason_of, view_of, with_form
from bot.response.asked import Asked, Desk
from bot.triage.rules import priority_of
from bot.views.forms import accept_form
from bot.views.times import span_words

_SHORTEST_REASON = 10  # characters; "ok" is no reason


async def accept_risk(asked: Asked, desk: Desk) -> Asked:
    """Write the acceptance down: who, why, until when; or ask for the yes that it needs."""
    assert asked.person is not None
    if asked.arguments.get("withdraw"):
        return await withdraw(asked, desk)
    longest = desk.settings.longest_risk_acceptance.of(priority_of(asked.case["priority"]))
    latest = (asked.now + longest).date()
    offer = str(asked.arguments["offer"])
    form = accept_form(await view_of(asked, desk), offer, asked.now.date(), latest)
    if not asked.submitted and not asked.inputs:
        return with_form(asked, form)
    reason, until = reason_of(asked), _end_of(asked.inputs.get("until", ""))
    if len(reason) < _SHORTEST_REASON:
        return once_more(asked, form, "an accepted risk needs a reason that someone can read in a year's time")
    if until is None or until <= asked.now:
        return once_more(asked, form, "an accepted risk needs an end date in the future, as 2027-01-31")
    if until.date() > latest:
        most = f"a risk of this priority can be accepted for {span_words(longest)} at most: {latest}"
        return once_more(asked, form, most)
    terms = Terms(reason=reason, control=reason_of(asked, "control"), until=until)
    approver = desk.settings.policy.acceptance_approvers.get(priority_of(asked.case["priority"]), "")
    team = desk.settings.people.team(approver)
    if team is not None:
        return await ask_for(asked, desk, terms, team)
    return await sign(asked, desk, terms, signer=asked.person.id)


def _end_of(text: str) -> datetime | None:
    """The end of that day, UTC."""
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(23, 59, 59), UTC)
    except ValueError:
        return None
