"""*Show affected*: the whole list, for who asks. It decides nothing."""

from __future__ import annotations

from dataclasses import replace

from bot.response.ask_back import view_of
from bot.response.asked import Asked, Desk, Outcome
from bot.views.answers import assets_answer


async def show_affected(asked: Asked, desk: Desk) -> Asked:
    """Every asset of the case, open ones first, as far as a private answer reaches."""
    return replace(asked, outcome=Outcome.SHOWN, answer=assets_answer(await view_of(asked, desk)))
