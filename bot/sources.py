"""``suture sources``: every source with its state."""

from __future__ import annotations

from datetime import datetime

from bot.model.source_state import SourceState
from bot.response.sources import source_states
from bot.wiring import Wiring


async def list_sources(wiring: Wiring) -> tuple[list[SourceState], datetime]:
    """All of them as they stand, and when that was."""
    async with wiring.store.read() as connection:
        return await source_states(connection, wiring), wiring.clock()
