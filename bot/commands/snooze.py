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
    # "3 d" is "3d"; what follows the span is the reason.
    told = call.words[1:]
    taken = 2 if "".join(told[:2]).lower() in SPANS else 1
    inputs = {"span": "".join(told[:taken]).lower(), "reason": " ".join(told[taken:])}
    return await press(call, Act.SNOOZE, _USAGE, inputs)


VERB = Verb("snooze", _USAGE, "quiet for a while; it opens again by itself", run, act=Act.SNOOZE)
