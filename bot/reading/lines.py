"""What the reading process answers: one record a line, as JSON, with what follows from it alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from bot.model.written import Document, Written, finding_of_text, written
from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Statement, Stating

_FINDING = "Finding"
_OTHERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Snapshot, Quarantined, ComponentSeen, AllSeen, Statement, Stating)
}


def to_lines(records: Iterable[Record]) -> bytes:
    """The records, a line each: ``Finding <fingerprint> <correlation key> <JSON>``, or the kind's name and its JSON."""
    return b"\n".join(_line(record) for record in records)


def _line(record: Record) -> bytes:
    if isinstance(record, Finding):
        told = written(record)
        return f"{_FINDING} {told.fingerprint} {told.correlation_key} {told.document}".encode()
    name = type(record).__name__
    return name.encode() + b" " + _OTHERS[name].dump_json(record)


def from_lines(lines: bytes) -> list[Record | Written]:
    """The records again, findings with their names and text."""
    return [_record(line) for line in lines.split(b"\n")] if lines else []


def _record(line: bytes) -> Record | Written:
    name, _, rest = line.partition(b" ")
    if name != _FINDING.encode():
        other: Record = _OTHERS[name.decode()].validate_json(rest)
        return other
    fingerprint, correlation_key, document = rest.split(b" ", 2)
    return Written(
        finding_of_text(document), fingerprint.decode(), correlation_key.decode(), Document(document, "utf-8")
    )
