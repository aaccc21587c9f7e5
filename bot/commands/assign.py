"""``assign S-12 ana``: someone is asked to take it, and called by name in its thread."""

from __future__ import annotations

import re

from bot.commands.acting import press
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from connectors.contract.message import Message

_USAGE = "assign S-12 @ana|ana|me"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(\|[^>]*)?>")  # as Slack writes it where it escapes commands


async def run(call: Call) -> Message:
    """The same as *Assign…* on the card."""
    return await press(call, Act.ASSIGN, _USAGE, {"person": _person(call, " ".join(call.words[1:]))})


def _person(call: Call, word: str) -> str:
    """The person's id, by id, name, chat mention or ``me``; else the word itself, which the act then refuses."""
    if word.lower() == "me":
        return call.person.id
    mention, bare = _MENTION.fullmatch(word), word.removeprefix("@").strip().lower()
    for person in call.settings.people.people:
        known = {person.id, person.name.lower()}
        accounts = {identity.rpartition(":")[2] for _, identity in person.identities}
        if bare in known or (mention is not None and mention[1] in accounts):
            return person.id
    return word


VERB = Verb("assign", _USAGE, "someone is asked to take it", run, act=Act.ASSIGN)
