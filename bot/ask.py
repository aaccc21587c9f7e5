"""The chat's words at the terminal: the same desk answers, for the person whose account of the machine it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.at_terminal import identity
from bot.store.affected import affected
from bot.views.affected import affected_answer
from bot.views.plain_text import lines_of
from bot.web.routes import inbox_of
from bot.wiring import Wiring
from connectors.contract.message import Command, Level, Message, Notice, ReplyTo


class Nobody(Exception):
    """The account is no person's."""


async def ask_affected(wiring: Wiring, question: str) -> list[str]:
    """The answer to *affected* as plain lines. Whoever may read the configuration may ask: no person is looked for."""
    async with wiring.store.read() as connection:
        answer = await affected(connection, question, wiring.clock())
    return lines_of(affected_answer(answer, wiring.settings.public_url.rstrip("/")))


async def type_words(wiring: Wiring, words: Sequence[str]) -> tuple[list[str], bool]:
    """The answer as plain lines, and whether it is one: a refusal, or what was not understood, is none. Raises Nobody.

    What decides has been committed when this returns; a worker does the rest.
    """
    who = identity()
    if wiring.settings.people.of(who) is None:
        raise Nobody(f"no person in config/teams.yaml has {who.id} as terminal")
    await wiring.engine.start(worker=False)
    typed = " ".join(_quoted(word) for word in words)
    command = Command(actor=who, words=typed, key=f"terminal-{wiring.new_id()}", reply=ReplyTo("terminal"))
    answer = await inbox_of(wiring).command(command)
    if answer is None:
        return [], True
    whole = answer.attachment.text.splitlines() if answer.attachment else lines_of(answer)
    return whole, not _is_refusal(answer)


def _quoted(word: str) -> str:
    """As the chat's grammar reads one word, though it has spaces: the shell has taken the quotes away."""
    return f'"{word.replace(chr(34), chr(39))}"' if not word or any(map(str.isspace, word)) else word


def _is_refusal(answer: Message) -> bool:
    warns = [isinstance(part, Notice) and part.level in (Level.WARNING, Level.ERROR) for part in answer.parts]
    return bool(warns) and all(warns)
