"""``accept S-12 2027-01-31 why it is right to live with it``: a risk accepted in writing, until that day."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "accept S-12 2027-01-31 the reason, as someone reads it in a year"


async def run(call: Call) -> Message:
    """The same as the button *Accept risk…*: your name, the reason and the last day stand in the trail."""
    until, reason = (call.words[1] if len(call.words) > 1 else ""), " ".join(call.words[2:])
    return await press(call, Act.ACCEPT_RISK, _USAGE, {"until": until, "reason": reason})


VERB = Verb("accept", _USAGE, "accept the risk in writing, until that day", run, act=Act.ACCEPT_RISK)
