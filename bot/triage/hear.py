"""What a delivery brought beside its findings is kept: components seen, and statements with their documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.store.components_seen import forget_unseen, write_seen
from bot.store.statements import keep_document, write_statements
from bot.triage.heed import HEED
from connectors.contract.finding import AllSeen, ComponentSeen, Quarantined, Record
from connectors.contract.statement import Statement, Stating

_A_LITTLE = 5.0  # seconds; longer than an alert's transaction takes


async def hear(
    connection: AsyncConnection, records: Sequence[Record], source: str, delivery: str, at: datetime
) -> list[Quarantined]:
    """Keep the components and statements among these records; returns what could not be kept."""
    components = [record for record in records if isinstance(record, ComponentSeen)]
    told = [record for record in records if isinstance(record, Statement)]
    await write_statements(connection, told, source, delivery, at)
    return await write_seen(connection, components, source, at) if components else []


async def hear_the_end(
    connection: AsyncConnection, records: Sequence[Record], source: str, delivery: str, at: datetime, engine: Engine
) -> None:
    """What a delivery says at its end: components that it no longer sees go, what its documents state holds.

    The findings of which they speak are looked at after the commit, and once more a little later: what is being written
    right now has not seen what was said, nor that it was withdrawn.
    """
    for each in records:
        if isinstance(each, AllSeen):
            await forget_unseen(connection, each, source, at)
        elif isinstance(each, Stating) and await keep_document(connection, each, source, delivery, at):
            await heed_later(connection, engine, source, each.document)


async def heed_later(
    connection: AsyncConnection, engine: Engine, source: str, document: str, *, quietly: bool = False
) -> None:
    """Have the findings looked at of which a document speaks, or spoke until now."""
    await engine.enqueue(connection, HEED, source, document, False, quietly)
    await engine.enqueue(connection, HEED, source, document, True, quietly, delay=_A_LITTLE)
