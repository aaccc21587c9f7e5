"""``whoami``: as whom Suture knows you, here and elsewhere, and how."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.views.identities import person_answer
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Name, teams and accounts of who asks."""
    return person_answer(call.person, call.settings.people.teams_of(call.person), call.held)


VERB = Verb("whoami", "whoami", "as whom Suture knows you, and how", run, act=None, about_self=True)
