"""*Snooze*: not now, but by itself again at a time, or as soon as the facts change that it was decided on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model.case import Decision
from bot.response.ask_back import invalid, reason_of, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.store.known_then import keep_known, known_now
from bot.triage.rules import priority_of
from bot.views.forms import SPANS, snooze_form
from bot.views.times import at_minute, span_words


async def snooze(asked: Asked, desk: Desk) -> Asked:
    """Quiet until a time that the case's priority allows."""
    longest = desk.settings.longest_snooze.of(priority_of(asked.case["priority"]))
    chosen = asked.inputs.get("span", "")
    if not asked.submitted and not chosen:
        return with_form(asked, snooze_form(await view_of(asked, desk), str(asked.arguments["offer"]), longest))
    span: timedelta | None = SPANS.get(chosen)
    if span is None:
        return invalid(asked, f"{chosen!r} is no span; choose one of {', '.join(SPANS)}")
    if span > longest:
        return invalid(asked, f"a case of this priority can be snoozed for {span_words(longest)} at most")
    until = asked.now + span
    known = await known_now(desk.connection, asked.case["id"])
    await keep_known(desk.connection, asked.case["id"], known, asked.now)
    changes, reason = {"decision": Decision.SNOOZED.value, "until": until}, reason_of(asked)
    line = f"snoozed it until {at_minute(until)}" + (f": {reason}" if reason else ".")
    return replace(asked, outcome=Outcome.DONE, changes=changes, line=line, detail={"reason": reason} if reason else {})
