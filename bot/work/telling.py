"""What the clock did, said everywhere at once: a line of the thread, a record of the trail, a newer message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case import case_name
from bot.store import audit
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case


async def tell(
    connection: AsyncConnection,
    engine: Engine,
    case: Mapping[str, Any],
    text: str,
    now: datetime,
    outcome: str,
    *,
    calls: str = "",
    of: str = "",
) -> None:
    """``case`` is its row, locked by this transaction; ``of`` is the run or the question that it is about."""
    await add_lines(connection, [Line(case["id"], now, "", text, calls=calls, aloud=True)])
    record = audit.Record(
        at=now,
        who="suture",
        act="schedule",
        target=case_name(case["id"]),
        where_from="the clock",
        outcome=outcome,
        detail={"why": text} | ({"of": of} if of else {}),
    )
    await audit.append(connection, [record])
    await raise_case(connection, engine, case["id"], case["priority"], alone=True)
