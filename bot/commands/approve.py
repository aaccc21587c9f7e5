"""``approve S-12``: your yes to what somebody else asked for. The last yes that is wanted starts it."""

from __future__ import annotations

from bot.commands.acting import case_of, press_offer
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from bot.store.approvals import plans_of
from bot.views.answers import invalid_answer
from bot.views.plans import question_answer
from connectors.contract.message import Message

_USAGE = "approve S-12 9f3a12c4"
_LEAST = 6  # digits of the digest


async def run(call: Call) -> Message:
    """Without the plan's digest it shows what is asked for; with it, that is what you say yes to."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    view, digest = seen[0], (call.words[1].lower() if len(call.words) > 1 else "")
    asked = view.approval
    if asked is not None and not asked.plan_id:
        return await press_offer(call, seen, Act.APPROVE, _USAGE, {"reason": " ".join(call.words[1:]) or "by command"})
    if asked is not None and len(digest) < _LEAST:
        return question_answer(view, asked, await plans_of(call.connection, asked.plan_id), call.now)
    if asked is not None and not asked.digest.startswith(digest):
        return invalid_answer(f"the plan that waits is {asked.digest[:12]}, not {digest[:12]}; read it again")
    said = {"reason": " ".join(call.words[2:]) or "by command"}
    return await press_offer(call, seen, Act.APPROVE, _USAGE, said)


VERB = Verb("approve", _USAGE, "say yes to what somebody else asked for", run, act=Act.APPROVE)
