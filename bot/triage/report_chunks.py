"""A report's records as they pass, so many at a time, and what it says that counts only when all of it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.contract.finding import AllSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Stating

_CHUNK = 1_000  # records a transaction: some 0.1 s of the writer's time


@dataclass(slots=True)
class AtTheEnd:
    """What a report says that counts only when all of it has been read."""

    snapshots: list[Snapshot] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)  # which components and statements these were
    is_torn: bool = False  # a finding in it could not be read

    def takes(self, record: Record) -> bool:
        """Put the record aside if it is such a one."""
        if isinstance(record, Snapshot):
            self.snapshots.append(record)
        elif isinstance(record, AllSeen | Stating):
            self.others.append(record)
        elif isinstance(record, Quarantined) and not record.is_component:
            self.is_torn = True
        return isinstance(record, Snapshot | AllSeen | Stating)


def next_chunk(records: Iterator[Record], told: AtTheEnd) -> list[Record]:
    """The next chunk of what is written as it passes; what counts when all is read is put aside."""
    chunk: list[Record] = []
    for record in records:
        if not told.takes(record):
            chunk.append(record)
        if len(chunk) >= _CHUNK:
            break
    return chunk


def pass_over(records: Iterator[Record], done: int, told: AtTheEnd) -> None:
    """Pass over what is committed already; a parser reads the same file the same way each time."""
    while done > 0:
        record = next(records, None)
        if record is None:
            return
        if not told.takes(record) and isinstance(record, Finding | Quarantined):
            done -= 1
