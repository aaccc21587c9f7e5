"""``notours S-12 platform``: it belongs to another team, and that is remembered."""

from __future__ import annotations

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.commands.teams import team_called
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "notours S-12 platform"


async def run(call: Call) -> Message:
    """The same as the button *Not ours…*."""
    named = " ".join(call.words[1:])
    team = team_called(call.settings.people, named)
    return await press(call, Act.NOT_OURS, _USAGE, {"team": team.id if team else named})


VERB = Verb("notours", _USAGE, "hand it to the team it belongs to", run, act=Act.NOT_OURS)
