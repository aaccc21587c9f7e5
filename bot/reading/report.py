"""A report's records as they pass, so many at a time, and what it says that counts only when all of it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.model.written import Written
from connectors.contract.finding import AllSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Stating

_FIRST = 125  # records of the first transaction: soon read, so that writing begins soon
_MOST = 1_000  # of each later one, twice the one before until then: some 0.1 s of the writer's time


@dataclass(slots=True)
class AtTheEnd:
    """What a report says that counts only when all of it has been read."""

    snapshots: list[Snapshot] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)  # which components and statements these were
    is_torn: bool = False  # a finding in it could not be read

    def takes(self, record: Record | Written) -> bool:
        """Put the record aside if it is such a one."""
        if isinstance(record, Snapshot):
            self.snapshots.append(record)
        elif isinstance(record, AllSeen | Stating):
            self.others.append(record)
        elif isinstance(record, Quarantined) and not record.is_component:
            self.is_torn = True
        return isinstance(record, Snapshot | AllSeen | Stating)


def pieces_of(records: Iterator[Record]) -> Iterator[list[Record]]:
    """The records of a report, in pieces of what one transaction writes."""
    size = _FIRST
    while piece := list(islice(records, size)):
        yield piece
        size = min(2 * size, _MOST)


def pass_over(records: Iterator[Record], done: int) -> list[Record]:
    """Pass over what is committed already; a parser reads the same file the same way each time.

    Returns those of them that count only when all has been read, and what could not be read.
    """
    lasting: list[Record] = []
    while done > 0:
        record = next(records, None)
        if record is None:
            break
        done -= isinstance(record, Finding | Quarantined)
        if isinstance(record, Snapshot | AllSeen | Stating | Quarantined):
            lasting.append(record)
    return lasting
