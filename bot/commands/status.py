"""``status S-12``: how far its run is, or how the last one ended."""

from __future__ import annotations

from bot.commands.acting import case_of
from bot.commands.call import Call, Verb
from bot.views.answers import notice
from bot.views.plans import run_answer
from connectors.contract.message import Level, Message

_USAGE = "status S-12"


async def run(call: Call) -> Message:
    """The latest run of the case, with its proof."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    view = seen[0]
    if view.run is None:
        return notice(Level.INFO, f"No fix was run on {view.name} yet.")
    return run_answer(view, view.run)


VERB = Verb("status", _USAGE, "how far its run is, or how it ended", run)
