"""``undo S-12``: put back what the last run changed, exactly as it was found."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "undo S-12"


async def run(call: Call) -> Message:
    """The same as the button *Undo…*; the word itself is the confirmation."""
    return await press(call, Act.UNDO, _USAGE, {"confirmed": "by command"})


VERB = Verb("undo", _USAGE, "put back what the last run changed", run, act=Act.UNDO)
