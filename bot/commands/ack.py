"""``ack S-12``: I am on it."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "ack S-12"


async def run(call: Call) -> Message:
    """The same as the button *I'm on it*."""
    return await press(call, Act.ACKNOWLEDGE, _USAGE)


VERB = Verb("ack", _USAGE, "you are on it", run, act=Act.ACKNOWLEDGE)
