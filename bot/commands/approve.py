"""``approve S-12``: your yes to what somebody else asked for. The last yes that is wanted starts it."""

from __future__ import annotations

from bot.commands.acting import Seen, case_of, press_offer
from bot.commands.call import Call, Verb
from bot.model.case_view import ApprovalView
from bot.model.policy import Act
from bot.store.approvals import plans_of
from bot.views.answers import invalid_answer
from bot.views.plans import question_answer, risk_question_answer
from connectors.contract.message import Message

_USAGE = "approve S-12 9f3a12c4"
_LEAST = 6  # digits of the digest


async def run(call: Call) -> Message:
    """Without the plan's digest, or a risk's last day, it shows what is asked for; with it you say yes to that."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    view, digest = seen[0], (call.words[1].lower() if len(call.words) > 1 else "")
    asked = view.approval
    if asked is not None and not asked.plan_id:
        return await _of_risk(call, seen, asked)
    if asked is not None and len(digest) < _LEAST:
        return question_answer(view, asked, await plans_of(call.connection, asked.plan_id), call.now)
    if asked is not None and not asked.digest.startswith(digest):
        return invalid_answer(f"the plan that waits is {asked.digest[:12]}, not {digest[:12]}; read it again")
    said = {"reason": " ".join(call.words[2:]) or "by command"}
    return await press_offer(call, seen, Act.APPROVE, _USAGE, said)


async def _of_risk(call: Call, seen: Seen, asked: ApprovalView) -> Message:
    """An accepted risk is said yes to by its last day: nobody signs what they only wanted to read."""
    view, day = seen[0], (call.words[1] if len(call.words) > 1 else "")
    if not day:
        return risk_question_answer(view, asked)
    if day != asked.until:
        return invalid_answer(f"what waits is to be accepted until {asked.until}, not {day}; read it again")
    said = {"reason": " ".join(call.words[2:]) or "by command"}
    return await press_offer(call, seen, Act.APPROVE, _USAGE, said)


VERB = Verb("approve", _USAGE, "say yes to what somebody else asked for", run, act=Act.APPROVE)
