"""``deny S-12 reason``: your no to what somebody else asked for; they are told why."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from bot.views.buttons import DENY
from connectors.contract.message import Message

_USAGE = "deny S-12 the reason, for whoever asked"


async def run(call: Call) -> Message:
    """The same as the button *Deny…*."""
    return await press(call, Act.APPROVE, _USAGE, {"reason": " ".join(call.words[1:])}, word=DENY)


VERB = Verb("deny", _USAGE, "say no to what somebody else asked for", run, act=Act.APPROVE)
