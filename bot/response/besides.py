"""What a stored delivery or report tells beside findings, read once more: components seen, and statements of VEX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.response.later import Later
from bot.store.components_again import SeenAgain, drop_again, seen_again, unseen_again, write_again
from bot.store.deliveries import Stored
from bot.store.statements_again import Restated, restate, restated
from bot.triage.hear import heed_later
from bot.wiring import Wiring
from connectors.contract.finding import AllSeen, ComponentSeen, Record
from connectors.contract.statement import Statement, Stating


@dataclass(slots=True)
class Different:
    """What is to be written of one piece."""

    seen: SeenAgain = field(default_factory=SeenAgain)
    unseen: list[tuple[str, list[str]]] = field(default_factory=list)  # an asset, and what is not there any more
    restated: list[tuple[Stating, Sequence[Statement], Restated]] = field(default_factory=list)

    @property
    def components(self) -> int:
        """How many an asset gains or loses."""
        return self.seen.new + sum(len(purls) for _, purls in self.unseen)

    @property
    def statements(self) -> int:
        return sum(different.changed for _, _, different in self.restated)

    def __bool__(self) -> bool:
        return bool(self.seen.rows or self.components or self.statements)


class Besides:
    """Of one delivery or report; ``later`` is what has been read already of what came after it."""

    def __init__(self, wiring: Wiring, stored: Stored, later: Later) -> None:
        self._engine = wiring.engine
        self._stored = stored
        self._later = later
        self._seen: set[tuple[str, str]] = set()
        self._said: dict[str, list[Statement]] = {}

    async def look(self, connection: AsyncConnection, records: Sequence[Record]) -> Different:
        """What is different by one piece; its statements wait for the end of their document."""
        for record in records:
            if isinstance(record, Statement):
                self._said.setdefault(record.document, []).append(record)
        told = [record for record in records if isinstance(record, ComponentSeen)]
        if not told:
            return Different()
        at, later = self._stored.received_at, self._later
        seen = await seen_again(connection, told, self._stored.source, at, later.assets, cautious=later.unread)
        self._seen |= seen.told
        return Different(seen)

    async def look_at_the_end(self, connection: AsyncConnection, records: Sequence[Record], found: Different) -> None:
        """What its end adds to ``found``."""
        source, at = self._stored.source, self._stored.received_at
        for record in records:
            if isinstance(record, AllSeen):
                asset, purls = await unseen_again(connection, record, source, at, self._seen, self._later.assets)
                self._later.assets.add(asset)
                found.unseen.append((asset, purls))
            elif isinstance(record, Stating) and self._later.is_latest(record, at):
                said = self._said.pop(record.document, [])
                different = await restated(connection, record, said, source, self._stored.id, at)
                found.restated.append((record, said, different))

    async def write(self, connection: AsyncConnection, found: Different) -> None:
        """All of it. The findings of which changed statements speak are looked at after the commit, and no closing
        is said aloud."""
        source, name, at = self._stored.source, self._stored.id, self._stored.received_at
        await write_again(connection, found.seen)
        for asset, purls in found.unseen:
            await drop_again(connection, asset, purls, source)
        for told, said, different in found.restated:
            if different.changed:
                await restate(connection, told, said, source, name, at, different)
                await heed_later(connection, self._engine, source, told.document, quietly=True)
