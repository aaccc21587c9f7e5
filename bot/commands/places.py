"""Environments as people type them: ``production``, ``unknown``, ``all``."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.grammar import nearest
from bot.model.freeze import EVERYWHERE
from bot.model.policy import UNKNOWN_ENVIRONMENT, environments_of
from bot.store.cases import environments_seen
from bot.views.answers import invalid_answer, wrong_word
from connectors.contract.message import Message

ALL = EVERYWHERE
_ALL_WORDS = ("all", "everything", ALL)


async def environments(call: Call) -> list[str]:
    """Every environment that the configuration names, or that a case has."""
    accounts = (account.environment for account in call.settings.accounts)
    seen = await environments_seen(call.connection)
    return list(environments_of(call.settings.policy, (*accounts, *call.settings.environments, *seen)))


async def environment_of(call: Call, usage: str) -> str | Message:
    """The environment that the first word names, as cases have it; else the answer that says what is wrong."""
    if not call.words:
        return invalid_answer(f"say where: `{usage}`, or `all`")
    word = call.words[0].lower()
    if word in _ALL_WORDS:
        return ALL
    if word == UNKNOWN_ENVIRONMENT:
        return ""
    known = await environments(call)
    meant = next((each for each in known if each.lower() == word), None)
    return meant or wrong_word(word, nearest(word, [*known, *_ALL_WORDS]))
