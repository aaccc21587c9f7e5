"""``freeze production 2h the release goes out``: nothing is changed there until it is over or ended."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.places import environment_of
from bot.model.policy import Act
from bot.response.freezing import freeze
from bot.settings.units import parse_duration
from bot.views.answers import invalid_answer
from connectors.contract.message import Message

_USAGE = "freeze production 2h the reason"


async def run(call: Call) -> Message:
    """An environment, or ``all``; a span may be left out, a reason not."""
    place = await environment_of(call, _USAGE)
    if isinstance(place, Message):
        return place
    words = list(call.words[1:])
    span = None
    if words and words[0][:1].isdigit():
        try:
            span = parse_duration(words.pop(0))
        except ValueError as error:
            return invalid_answer(str(error))
    policy, reason = call.settings.policy, " ".join(words)
    return await freeze(call.connection, policy, call.person, call.actor, place, span, reason, call.now)


VERB = Verb("freeze", _USAGE, "no changes in an environment, or in all", run, act=Act.FREEZE)
