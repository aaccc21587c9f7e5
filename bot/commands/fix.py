"""``fix S-12 9f3a12c4``: run the plan of that digest, which you have read. The same as *Fix now* below the plan."""

from __future__ import annotations

from bot.commands.acting import case_of, press_offer
from bot.commands.call import Call, Verb
from bot.model.plan_digest import plan_digest
from bot.model.policy import Act
from bot.response.offers import CONFIRM
from bot.views.answers import invalid_answer
from connectors.contract.message import Message

_USAGE = "fix S-12 9f3a12c4"
_LEAST = 6  # digits of the digest


async def run(call: Call) -> Message:
    """Nothing is run that was not read: the digest says which plan is meant."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    view, digest = seen[0], (call.words[1].lower() if len(call.words) > 1 else "")
    if len(digest) < _LEAST:
        return invalid_answer(f"read the plan first, with `plan {view.name}`; it says the words that run it")
    if not plan_digest(view.plan).startswith(digest):
        return invalid_answer(f"that is not the plan as it stands now; read it again with `plan {view.name}`")
    return await press_offer(call, seen, Act.FIX, _USAGE, word=CONFIRM)


VERB = Verb("fix", _USAGE, "run the plan that you have read", run, act=Act.FIX)
