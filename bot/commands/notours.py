"""``notours S-12 platform``: it belongs to another team, and that is remembered."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "notours S-12 platform"


async def run(call: Call) -> Message:
    """The same as the button *Not ours…*."""
    return await press(call, Act.NOT_OURS, _USAGE, {"team": call.words[1].lower() if len(call.words) > 1 else ""})


VERB = Verb("notours", _USAGE, "hand it to the team it belongs to", run, act=Act.NOT_OURS)
