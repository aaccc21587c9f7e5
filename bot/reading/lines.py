"""What the reading process answers: one record a line, as JSON, with what follows from it alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bot.model.written import Document, Written, finding_of_text, written
from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Statement, Stating

_FINDING = b"Finding "
_to_json = msgspec.json.Encoder().encode
_OTHERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind.__name__: msgspec.json.Decoder(kind)
    for kind in (Snapshot, Quarantined, ComponentSeen, AllSeen, Statement, Stating)
}


def to_lines(records: Iterable[Record]) -> bytes:
    """The records, a line each: ``Finding``, the three names and the JSON, or the kind's name and its JSON."""
    return b"\n".join(_line(record) for record in records)


def _line(record: Record) -> bytes:
    if isinstance(record, Finding):
        told = written(record)
        names = f"{told.fingerprint} {told.correlation_key} {told.content_hash} "
        return _FINDING + names.encode() + told.document.encode()
    name = type(record).__name__
    return name.encode() + b" " + _to_json(record)


def from_lines(lines: bytes) -> list[Record | Written]:
    """The records again, findings with their names and text."""
    return [_record(line) for line in lines.split(b"\n")] if lines else []


def _record(line: bytes) -> Record | Written:
    if line.startswith(_FINDING):
        _, *names, document = line.split(b" ", 4)
        fingerprint, correlation_key, content_hash = map(bytes.decode, names)
        return Written(
            finding_of_text(document), fingerprint, correlation_key, content_hash, Document(document, "utf-8")
        )
    name, _, rest = line.partition(b" ")
    other: Record = _OTHERS[name.decode()].decode(rest)
    return other
