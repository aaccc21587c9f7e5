"""What happened to a case, a line each: said in its thread, shown on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import history

TEAM = "team:"  # begins what a line calls where that is a whole team


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what when; ``who`` is a person's id, or "" for Suture itself.

    ``calls`` is whom the line is to reach: a person's id, or ``team:payments``. ``aloud``: it must be heard even in a
    chat that cannot edit what it showed: regressed, overdue, failed, frozen.
    ``of_ticket``: it tells of the ticket itself, so that no comment there repeats it.
    ``quiet``: it stands on the case's page, and no thread, ticket or person is told of it.
    """

    case_id: int
    at: datetime
    who: str
    text: str
    link: str = ""
    calls: str = ""
    aloud: bool = False
    of_ticket: bool = False
    quiet: bool = False


async def add_lines(connection: AsyncConnection, lines: Sequence[Line]) -> None:
    """Append, in order."""
    if lines:
        rows = [asdict(line) for line in lines]
        await connection.execute(history.insert(), rows)
