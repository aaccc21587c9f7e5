"""The buttons we showed and who pressed them, for pages that tell of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import click, offer


async def offer_by_id(connection: AsyncConnection, offer_id: str) -> Any:
    """The row of a button with ``case_id``, ``act`` and ``arguments``; None when we never showed it."""
    return (await connection.execute(sa.select(offer).where(offer.c.id == offer_id))).one_or_none()


async def last_press(connection: AsyncConnection, case_id: int, act: str, outcome: str) -> Any:
    """The latest press for that act on the case which ended so: ``person`` and ``at``; None when there was none."""
    query = sa.select(click.c.person, click.c.at).where(
        click.c.case_id == case_id, click.c.act == act, click.c.outcome == outcome
    )
    return (await connection.execute(query.order_by(click.c.at.desc()).limit(1))).one_or_none()
