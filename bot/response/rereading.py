"""One stored delivery or report, read once more by today's parser: what it says now, and what that changes.

Looked at first, piece by piece; where something is different and it is asked for, written in a transaction a piece.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.reading.report import AtTheEnd
from bot.response.besides import Besides, Different
from bot.response.later import Later
from bot.response.reading_again import chunks_again
from bot.response.reread import Reread
from bot.store.deliveries import Stored
from bot.store.refusals import Collision, is_passing
from bot.store.tables import delivery, quarantine, scan
from bot.triage.batch import Batch, Item, item_of
from bot.triage.deduplicate import deduplicate
from bot.triage.rules import rules_of
from bot.triage.snapshots import absent_again
from bot.triage.stages import triage
from bot.wiring import Wiring
from connectors.contract.finding import Finding, Quarantined, Record

_TRIES = 5  # of one transaction, where others were in the way
Note = Callable[[AsyncConnection, Reread], Awaitable[None]]


@dataclass(slots=True)
class _Piece:
    """One transaction's worth: ``told`` as it was read, ``items`` beside what is known."""

    told: Sequence[Item]
    items: Sequence[Item] = ()
    besides: Different = field(default_factory=Different)
    held: Sequence[int] = ()  # quarantined records that can be read now
    ends: bool = False

    @property
    def is_different(self) -> bool:
        return bool(self.held or self.besides) or any(not item.quiet for item in self.items)


class Rereading:
    """One reading; ``later`` is what has been read already of what came after it, and grows by this."""

    def __init__(self, wiring: Wiring, stored: Stored, later: Later) -> None:
        self._wiring = wiring
        self._stored = stored
        self._later = later
        self._rules = rules_of(wiring.settings, wiring.fixes)
        self._version = wiring.sources[stored.source].parser_version
        self._besides = Besides(wiring, stored, later)
        self._told = AtTheEnd()
        self._still: set[str] = set()  # places of what nobody can read yet
        self._found = Reread()

    async def run(self, *, changes: bool, note: Note | None = None) -> Reread:
        """What it comes to; ``note`` is written with its last piece, whether or not anything is different.

        Raises NotThisFormat, UnknownShape and FileNotFoundError as :func:`chunks_again` does.
        """
        waiting: Sequence[Record] | None = None  # the last piece is written together with what the end says
        async with aclosing(chunks_again(self._wiring, self._stored, self._told)) as chunks:
            async for chunk in chunks:
                if waiting is not None:
                    await self._one(await self._look(waiting, ends=False), changes=changes, note=None)
                waiting = chunk
        await self._one(await self._look(waiting or (), ends=True), changes=changes, note=note)
        return self._found

    async def _one(self, piece: _Piece, *, changes: bool, note: Note | None) -> None:
        is_newer = self._stored.parser_version != self._version
        if note is not None or (changes and (piece.is_different or is_newer)):
            piece.items = await self._until_written(piece, note)
        self._found = self._with(piece)

    async def _look(self, chunk: Sequence[Record], *, ends: bool) -> _Piece:
        """What it would change, by the stages' own rule; nothing is written."""
        told = self._items([record for record in chunk if isinstance(record, Finding)])
        self._later.stand_back(told)
        self._still |= {record.pointer for record in chunk if isinstance(record, Quarantined)}
        self._found.read += len(told)
        told = self._later.of_note(told)
        async with self._wiring.store.read() as connection:
            piece = _Piece(told, await self._beside_what_is_known(connection, told), ends=ends)
            piece.besides = await self._besides.look(connection, chunk)
            self._still |= {record.pointer for record in piece.besides.seen.aside}
            if ends:
                await self._look_at_the_end(connection, piece)
        return piece

    async def _look_at_the_end(self, connection: AsyncConnection, piece: _Piece) -> None:
        stored, told = self._stored, self._told
        looks = [] if told.is_torn else self._later.latest(told.snapshots, stored.received_at)
        absent: list[Item] = []
        for look in looks:
            absent += await absent_again(connection, look, stored.id, stored.received_at, self._later.named)
        piece.told = [*piece.told, *absent]
        piece.items = [*piece.items, *await self._beside_what_is_known(connection, absent)]
        await self._besides.look_at_the_end(connection, told.others, piece.besides)
        held = sa.select(quarantine.c.id, quarantine.c.pointer).where(
            quarantine.c.delivery == stored.id, quarantine.c.released_at.is_(None)
        )
        piece.held = [row.id for row in await connection.execute(held) if row.pointer not in self._still]

    async def _beside_what_is_known(self, connection: AsyncConnection, told: Sequence[Item]) -> Sequence[Item]:
        batch = self._batch(told)
        if batch.items:
            batch = await deduplicate(batch, connection, self._rules)
        self._later.pass_over(batch.items)
        return batch.items

    async def _until_written(self, piece: _Piece, note: Note | None) -> Sequence[Item]:
        for tries in range(_TRIES, 0, -1):
            try:
                async with self._wiring.store.write() as connection:
                    return await self._write(connection, piece, note)
            except (DBAPIError, Collision) as failure:
                if tries == 1 or not is_passing(failure):
                    raise
        raise AssertionError("the last try returns or raises")

    async def _write(self, connection: AsyncConnection, piece: _Piece, note: Note | None) -> Sequence[Item]:
        batch = self._batch(piece.told)
        if batch.items:
            batch = await triage(batch, connection, self._rules, self._wiring.engine)
        await self._besides.write(connection, piece.besides)
        if piece.ends:
            await self._end(connection, piece)
        if note is not None:
            await note(connection, self._with(replace(piece, items=batch.items)))
        return batch.items

    async def _end(self, connection: AsyncConnection, piece: _Piece) -> None:
        """Let go of what can be read now, and say by which parser it was read."""
        if piece.held:
            released = sa.update(quarantine).where(quarantine.c.id.in_(piece.held))
            await connection.execute(released.values(released_at=self._wiring.clock()))
        table: sa.Table = scan if self._stored.is_report else delivery
        values: dict[str, Any] = {"parser_version": self._version}
        if self._stored.failed:
            values |= {"state": "done", "reason": "", "findings": self._found.read, "quarantined": len(self._still)}
        await connection.execute(sa.update(table).where(table.c.id == self._stored.id).values(values))

    def _items(self, findings: Sequence[Finding]) -> list[Item]:
        environment = self._environment()
        return [item_of(each, self._stored.id, self._stored.received_at, environment) for each in findings]

    def _environment(self) -> str:
        configured = self._wiring.settings.sources.get(self._stored.source)
        return configured.options().environment if configured else ""

    def _batch(self, told: Sequence[Item]) -> Batch:
        """The stages write into items: each try gets its own."""
        return Batch(now=self._wiring.clock(), items=[copy(item) for item in told], reread=True)

    def _with(self, piece: _Piece) -> Reread:
        """What was found so far, and this piece."""
        found = self._found.copy()
        found.add(piece.items)
        found.components += piece.besides.components
        found.statements += piece.besides.statements
        found.released += len(piece.held)
        found.still = len(self._still)
        return found
