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
    records = await latest(call.connection, target=seen[0].name, limit=_MOST + 1)
    whole = f"{call.settings.public_url.rstrip('/')}/audit?case={seen[0].name}" if len(records) > _MOST else ""
    return trail_answer(seen[0].name, records[:_MOST], call.settings.people, whole)


VERB = Verb("audit", _USAGE, "what was decided about it, by whom", run)
