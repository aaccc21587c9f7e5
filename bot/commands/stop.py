"""``stop S-12``: take its fix out of the queue, or halt the run before its next wave."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "stop S-12"


async def run(call: Call) -> Message:
    """The same as the button *Stop*."""
    return await press(call, Act.STOP, _USAGE)


VERB = Verb("stop", _USAGE, "halt its run, or take it out of the queue", run, act=Act.STOP)
