"""A run's change record learns how the run ended, and is closed where it ended well."""

from __future__ import annotations

from bot.model.case import case_name
from bot.store.db import Store
from bot.views.change_record import result_paragraphs
from bot.work.ticket_drafts import Drafts
from bot.work.ticket_turn import Turn
from connectors.contract.ticket import Category, Remark

_OVER = ("done", "undone", "cancelled")  # a failed or unknown run leaves its record for a person to close


class FollowRun:
    """The parts of one turn."""

    def __init__(self, store: Store, drafts: Drafts) -> None:
        self._store = store
        self._drafts = drafts
        self.parts = (self.tell_result,)

    async def tell_result(self, turn: Turn) -> None:
        """Result, window and what was read back, once for each state in which the run rests."""
        async with self._store.read() as connection:
            record = await self._drafts.record(connection, turn.row.subject)
        key = f"{turn.row.subject}/{record.state}"
        if await turn.lost() != key:
            link = self._drafts.link(case_name(turn.row.case_id))
            await turn.say(Remark(key, tuple(result_paragraphs(record)), link))
        category = turn.row.category
        if record.state in _OVER:
            now = await turn.ask(turn.tracker.move, (Category.DONE,))
            category = now.value if now else ""
        await turn.record(sending="", told_state=record.state, category=category)
