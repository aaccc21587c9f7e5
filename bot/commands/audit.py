"""``audit S-12``: what was decided about a case, by whom, and how it came out."""

from __future__ import annotations

from bot.commands.acting import case_of
from bot.commands.call import Call, Verb
from bot.store.audit import latest
from bot.views.trail import trail_answer
from connectors.contract.message import Message

_USAGE = "audit S-12"
_MOST = 15


async def run(call: Call) -> Message:
    """The latest records of the trail, newest first."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    records = await latest(call.connection, target=seen[0].name, limit=_MOST)
    return trail_answer(seen[0].name, records, call.settings.people)


VERB = Verb("audit", _USAGE, "what was decided about it, by whom", run)
