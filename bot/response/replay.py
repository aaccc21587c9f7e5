"""A stored delivery or report is read again by today's parser. What is known already is only looked at; nobody is told
twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.response.later import Later
from bot.response.reread import Reread
from bot.response.rereading import Rereading
from bot.store import audit
from bot.store.deliveries import Stored, stored_as
from bot.views.counts import counted
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat, UnknownShape


class NotReplayed(Exception):
    """Nothing could be read again; why, and what that means."""


async def replay(wiring: Wiring, delivery_id: str, *, who: str, where_from: str) -> str:
    """What came of it, in one sentence. ``who`` asked for it and ``where_from`` go into the trail.

    Raises NotReplayed; nothing has changed then, or of a report only what stands before the place that cannot be read.
    """
    async with wiring.store.read() as connection:
        stored = await stored_as(connection, delivery_id)
    if stored is None:
        raise NotReplayed(f"There is no delivery {delivery_id[:80]!r}; it may be older than the retention.")
    if stored.source not in wiring.sources:
        raise NotReplayed(f"The source {stored.source!r} is not installed any more.")

    async def note(connection: AsyncConnection, found: Reread) -> None:
        await audit.append(connection, [_record(stored, _said(found), who, where_from, wiring.clock())])

    try:
        return _said(await Rereading(wiring, stored, Later(unread=True)).run(changes=True, note=note))
    except FileNotFoundError:
        raise NotReplayed(f"The file of the report {stored.id} is not kept any more; send it once more.") from None
    except (NotThisFormat, UnknownShape) as failure:
        raise NotReplayed(f"Still not readable: {failure}") from None


def _said(found: Reread) -> str:
    besides = [
        f" {counted(count, what)} changed."
        for count, what in ((found.components, "component"), (found.statements, "statement"))
        if count
    ]
    return (
        f"{counted(found.read, 'finding')} read, {found.new} of them new; "
        f"{counted(found.released, 'record')} released from quarantine, {found.still} still there." + "".join(besides)
    )


def _record(stored: Stored, said: str, who: str, where_from: str, now: datetime) -> audit.Record:
    return audit.Record(
        at=now,
        who=who,
        act="replay",
        target=f"{'report' if stored.is_report else 'delivery'} {stored.id}",
        where_from=where_from,
        outcome="done",
        detail={"source": stored.source, "said": said},
    )
