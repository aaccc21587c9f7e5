"""``show S-12``: one case, with its buttons."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.model.case import case_number
from bot.views.answers import case_answer, invalid_answer, unknown_case
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """The card; a case that this person may not see does not exist for them."""
    if not call.words:
        return invalid_answer("say which case: `show S-12`")
    number = case_number(call.words[0])
    seen = await call.viewing.with_offers(call.connection, number) if number is not None else None
    if seen is None or not call.may_view(seen[0].owner, seen[0].environment):
        return unknown_case(call.words[0])
    return case_answer(seen[0], seen[1], call.now)


VERB = Verb("show", "show S-12", "one case, with its buttons", run)
