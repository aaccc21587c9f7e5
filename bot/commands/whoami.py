"""``whoami``: as whom Suture knows you, here and elsewhere."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.views.answers import person_answer
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Name, teams and identities of who asks."""
    return person_answer(call.person, call.settings.people.teams_of(call.person))


VERB = Verb("whoami", "whoami", "as whom Suture knows you", run, act=None)
