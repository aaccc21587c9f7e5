"""The chat's words at the terminal: whoever may read the configuration may ask, so no person is checked here."""

from __future__ import annotations

from bot.store.affected import affected
from bot.views.affected import affected_answer
from bot.views.plain_text import lines_of
from bot.wiring import Wiring


async def ask_affected(wiring: Wiring, question: str) -> list[str]:
    """The answer to *affected* as plain lines."""
    async with wiring.store.read() as connection:
        answer = await affected(connection, question, wiring.clock())
    return lines_of(affected_answer(answer, wiring.settings.public_url.rstrip("/")))
