"""What happened to a case, a line each: said in its thread, shown on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import history


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what when; ``who`` is a person's id, or "" for Suture itself."""

    case_id: int
    at: datetime
    who: str
    text: str
    link: str = ""


async def add_lines(connection: AsyncConnection, lines: Sequence[Line]) -> None:
    """Append, in order."""
    if lines:
        rows = [{"case_id": l.case_id, "at": l.at, "who": l.who, "text": l.text, "link": l.link} for l in lines]  # noqa: E741
        await connection.execute(history.insert(), rows)
