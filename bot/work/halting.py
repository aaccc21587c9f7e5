"""What halts a run between two waves: a person who said stop, or a freeze of its environment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import runs
from bot.store.cases import case_by_id
from bot.store.freezes import freeze_of


async def halt(connection: AsyncConnection, run_id: str, now: datetime) -> bool:
    """True when the run must not go on; why is then written down with it. An undo is halted by a freeze, too."""
    run = await runs.run_by_id(connection, run_id)
    if run.stopped_by:
        return True
    case = await case_by_id(connection, run.case_id)
    assert case is not None
    freeze = await freeze_of(connection, case["environment"], now)
    if freeze is None:
        return False
    await runs.stop(connection, run_id, freeze.person or "suture", f"frozen: {freeze.reason}")
    return True
