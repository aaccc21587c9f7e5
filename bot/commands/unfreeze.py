"""``unfreeze production``: changes may be made there again, by the rules that hold."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.places import environment_of
from bot.model.policy import Act
from bot.response.freezing import unfreeze
from connectors.contract.message import Message

_USAGE = "unfreeze production"


async def run(call: Call) -> Message:
    """End every freeze of that name."""
    place = await environment_of(call, _USAGE)
    if isinstance(place, Message):
        return place
    return await unfreeze(call.connection, call.settings.policy, call.person, call.actor, place, call.now)


VERB = Verb("unfreeze", _USAGE, "end a freeze", run, act=Act.FREEZE)
