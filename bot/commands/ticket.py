"""``ticket S-12``: the lasting work goes into the tracker, once."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "ticket S-12"


async def run(call: Call) -> Message:
    """The same as the button *Open ticket*."""
    return await press(call, Act.TICKET, _USAGE)


VERB = Verb("ticket", _USAGE, "open one ticket for the lasting work", run, act=Act.TICKET)
