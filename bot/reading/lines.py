"""What the reading process answers: one record a line, as JSON, with what follows from it alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bot.model.written import Document, Written, finding_of_text, names_of
from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Statement, Stating

_FINDING = Finding.__name__
_to_json = msgspec.json.Encoder().encode
_OTHERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind.__name__: msgspec.json.Decoder(kind)
    for kind in (Snapshot, Quarantined, ComponentSeen, AllSeen, Statement, Stating)
}


class _Line(msgspec.Struct, array_like=True):
    """A record: what it is, its JSON, and of a finding the three names."""

    kind: str
    text: msgspec.Raw
    fingerprint: str = ""
    correlation_key: str = ""
    content_hash: str = ""


_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(_Line).decode_lines


def to_lines(records: Iterable[Record]) -> bytes:
    """The records, a line each."""
    return _encode([_line(record) for record in records])


def _line(record: Record) -> _Line:
    names = names_of(record) if isinstance(record, Finding) else ()
    return _Line(type(record).__name__, msgspec.Raw(_to_json(record)), *names)


def from_lines(lines: bytes) -> list[Record | Written]:
    """The records again, findings with their names and text."""
    return [_record(line) for line in _decode(lines)]


def _record(line: _Line) -> Record | Written:
    if line.kind == _FINDING:
        finding, text = finding_of_text(line.text), Document(line.text, "utf-8")
        return Written(finding, line.fingerprint, line.correlation_key, line.content_hash, text)
    other: Record = _OTHERS[line.kind].decode(line.text)
    return other
