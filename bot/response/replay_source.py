"""A source's stored deliveries, read again by today's parser, from the newest back: looked at first, then applied.

Each finding gets the word of the last delivery that told of it; what older ones say of it is passed over. So nothing
opens and closes on the way, and a run that was killed is simply run again: what is done already reads *same*.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.model.replayed import EXAMPLES, Example, Replayed
from bot.response.rereading import Reread, apply, look, received_of
from bot.store import audit
from bot.store.db import Collision, is_passing
from bot.store.deliveries import newest_first
from bot.triage.accept import Received
from bot.triage.batch import Change, Item
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Severity

_TRIES = 5  # of one delivery, where others were in the way
Progress = Callable[[Replayed], None]


class SourceReplay:
    """One reading of one source; ``who`` asked for it and ``where_from`` go into the trail."""

    def __init__(self, wiring: Wiring, source: str, *, who: str, where_from: str) -> None:
        self._wiring = wiring
        self._who = who
        self._where_from = where_from
        self._found = Replayed(source, wiring.sources[source].parser_version)
        self._seen: set[str] = set()  # fingerprints that a newer delivery has told of

    async def run(self, since: datetime, *, changes: bool, progress: Progress) -> Replayed:
        """What it came to; without ``changes``, what it would come to. ``progress`` hears of each delivery."""
        until = self._wiring.clock()
        if changes:
            await self._note("begun", since)
        async for row in newest_first(self._wiring.store, self._found.source, since, until):
            await self._one(row, changes=changes)
            progress(self._found)
        if changes:
            await self._note("done", since)
        return self._found

    async def _one(self, row: Any, *, changes: bool) -> None:
        counts = self._found.of(row.parser_version)
        counts.deliveries += 1
        try:
            received = received_of(self._wiring, row)
        except NotThisFormat:
            counts.unreadable += 1
            return
        async with self._wiring.store.read() as connection:
            told = await look(connection, self._wiring, received, row.parser_version)
        self._pass_over(told)
        if changes and (told.news or told.held or row.parser_version != received.parser_version):
            told = await self._apply(received, row.parser_version)
        self._count(told)

    def _pass_over(self, told: Reread) -> None:
        """In a dry run nothing is stored that would tell the next delivery that a newer one had the last word."""
        for item in told.items:
            if item.fingerprint in self._seen:
                item.change = Change.STALE
            self._seen.add(item.fingerprint)

    async def _apply(self, received: Received, stored_version: int) -> Reread:
        for tries in range(_TRIES, 0, -1):
            try:
                async with self._wiring.store.write() as connection:
                    return await apply(connection, self._wiring, received, stored_version)
            except (DBAPIError, Collision) as failure:
                if tries == 1 or not is_passing(failure):
                    raise
        raise AssertionError("the last try returns or raises")

    def _count(self, told: Reread) -> None:
        counts, changes = self._found.of(told.stored_version), told.counts
        counts.new += changes[Change.NEW]
        counts.same += changes[Change.REPEATED]
        counts.older += changes[Change.STALE]
        counts.changed += len(told.news) - changes[Change.NEW]
        counts.released += len(told.held)
        counts.still += told.still
        room = EXAMPLES - len(self._found.examples)
        self._found.examples += [_example(item) for item in told.news[:room]]

    async def _note(self, outcome: str, since: datetime) -> None:
        names = ("new", "changed", "released") if outcome == "done" else ()
        record = audit.Record(
            at=self._wiring.clock(),
            who=self._who,
            act="replay",
            target=f"source {self._found.source}",
            where_from=self._where_from,
            outcome=outcome,
            detail={"since": since, "parser": self._found.parser_version} | {n: self._found.total(n) for n in names},
        )
        async with self._wiring.store.write() as connection:
            await audit.append(connection, [record])


def _example(item: Item) -> Example:
    now = item.finding.severity.word
    what = f"{item.change.value}, {now}"
    if item.known is not None and item.known.severity != item.finding.severity:
        what = f"{item.change.value}, {Severity(item.known.severity).word} to {now}"
    return Example(item.finding.title, item.finding.resource.id, what)
