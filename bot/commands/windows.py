"""``windows [environment]``: when it may be changed next, and what is frozen now."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.places import ALL, environment_of, environments
from bot.model.change_window import opening
from bot.store.freezes import live_freezes
from bot.views.freezes import windows_answer
from connectors.contract.message import Message

_USAGE = "windows [environment]"


async def run(call: Call) -> Message:
    """Every environment, or the one that is named."""
    place = await environment_of(call, _USAGE) if call.words else ALL
    if isinstance(place, Message):
        return place
    named = await environments(call) if place == ALL else [place]
    openings = [(each, opening(call.settings.policy.windows, each, call.now)) for each in named]
    freezes = await live_freezes(call.connection, call.now)
    return windows_answer(openings, freezes, call.settings.people, call.now)


VERB = Verb("windows", _USAGE, "when what may be changed, and what is frozen", run)
