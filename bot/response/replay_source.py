"""What a source sent and is kept, read again by today's parser, from the newest back: looked at first, then applied.

Each finding gets the word of the last delivery that told of it; what older ones say of it is passed over, and only the
latest whole look at a target closes what it does not hold. So nothing opens and closes on the way, and a run that was
killed is simply run again: what is done already reads *same*.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.replayed import EXAMPLES, Example, Replayed
from bot.response.later import Later
from bot.response.reread import Reread
from bot.response.rereading import Rereading
from bot.store import audit
from bot.store.deliveries import Stored, newest_first
from bot.triage.batch import Change, Item
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Severity

_TOTALS = ("new", "changed", "released", "components", "statements", "not_kept")
Progress = Callable[[Replayed], None]


class SourceReplay:
    """One reading of one source; ``who`` asked for it and ``where_from`` go into the trail."""

    def __init__(self, wiring: Wiring, source: str, *, who: str, where_from: str) -> None:
        self._wiring = wiring
        self._who = who
        self._where_from = where_from
        self._found = Replayed(source, wiring.sources[source].parser_version)
        self._later = Later()

    async def run(self, since: datetime, *, changes: bool, progress: Progress) -> Replayed:
        """What it came to; without ``changes``, what it would come to. ``progress`` hears of each delivery."""
        until = self._wiring.clock()
        if changes:
            await self._note("begun", since)
        async for stored in newest_first(self._wiring.store, self._found.source, since, until):
            await self._one(stored, changes=changes)
            progress(self._found)
        if changes:
            await self._note("done", since)
        return self._found

    async def _one(self, stored: Stored, *, changes: bool) -> None:
        counts = self._found.of(stored.parser_version)
        counts.deliveries += 1
        try:
            told = await Rereading(self._wiring, stored, self._later).run(changes=changes)
        except FileNotFoundError:
            counts.not_kept += 1
            self._later.unread = True
        except (NotThisFormat, UnknownShape):
            counts.unreadable += 1
            self._later.unread = True
        else:
            self._count(stored, told)

    def _count(self, stored: Stored, told: Reread) -> None:
        counts = self._found.of(stored.parser_version)
        counts.new += told.new
        counts.same += told.changes[Change.REPEATED]
        counts.older += told.changes[Change.STALE]
        counts.changed += told.changed
        counts.components += told.components
        counts.statements += told.statements
        counts.released += told.released
        counts.still += told.still
        room = EXAMPLES - len(self._found.examples)
        self._found.examples += [_example(item) for item in told.news[:room]]

    async def _note(self, outcome: str, since: datetime) -> None:
        names = _TOTALS if outcome == "done" else ()
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
