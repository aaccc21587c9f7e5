"""``snooze S-12 1d``: not now; it opens again by itself."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from bot.views.forms import SPANS
from connectors.contract.message import Message

_USAGE = f"snooze S-12 {'|'.join(SPANS)}"


async def run(call: Call) -> Message:
    """The same as the button *Snooze…*; the priority limits the span."""
    return await press(call, Act.SNOOZE, _USAGE, {"span": "".join(call.words[1:]).lower()})


VERB = Verb("snooze", _USAGE, "quiet for a while; it opens again by itself", run, act=Act.SNOOZE)
