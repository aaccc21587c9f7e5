"""What must hold of whatever a source makes of whatever comes in; AssertionError says what did not."""

from __future__ import annotations

import io
import math
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, get_args

import msgspec

from bot.model.written import Written
from bot.reading.lines import from_lines, to_lines
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record
from connectors.contract.identity import correlation_key, fingerprints
from connectors.contract.source import Source
from connectors.contract.told import Told
from connectors.packed import unpacked_file
from connectors.reading import read
from connectors.recognition import recognised
from tests.connectors.sources.payloads import PLAIN, SOURCES

LONGEST = 4_000  # of any text; what an excerpt of a quarantined record has
_LIMITS = {"title": 200, "summary": 2_000, "reason": 2_000}
_SLOW = 5.0  # seconds of the processor for one body of at most some hundred kilobytes
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def hold(source: Source, body: bytes, headers: Mapping[str, str]) -> list[Record]:
    """Every door that this body may come in by. Returns the records; raises AssertionError, or what should not rise."""
    began = time.process_time()
    told = [*_posted(source, body, headers), *_filed(source, body, headers)]
    with suppress(NotThisFormat, UnknownShape):
        recognised(io.BytesIO(body), SOURCES, "report")
    took = time.process_time() - began
    assert took < _SLOW, f"{len(body)} bytes took {took:.1f} s"
    for record in told:
        check(record)
    return told


def _posted(source: Source, body: bytes, headers: Mapping[str, str]) -> list[Record]:
    with suppress(NotThisFormat):
        return list(read(source, body, headers, PLAIN).records)
    return []


def _filed(source: Source, body: bytes, headers: Mapping[str, str]) -> list[Record]:
    if source.read_report is None:
        return []
    told: list[Record] = []
    kept = {name: headers[name] for name in source.headers if name in headers}
    with suppress(NotThisFormat, UnknownShape), unpacked_file(io.BytesIO(body)) as file:
        for record in source.read_report(file, PLAIN, kept):
            told.append(record)  # also of a file that breaks off
    return told


def check(record: Record) -> None:
    """One record is one of ours, whole, within its limits and clean."""
    assert isinstance(record, get_args(Record)), f"{type(record).__name__} is no record"
    for name, value in _values(record):
        if isinstance(value, str):
            _check_text(name, value)
        elif isinstance(value, datetime):
            assert value.utcoffset() is not None, f"{name} is a time of no zone"
        elif isinstance(value, float):
            assert math.isfinite(value), f"{name} is {value}"
    (again,) = from_lines(to_lines([record]))  # as it is stored
    assert (again.finding if isinstance(again, Written) else again) == record
    if isinstance(record, Quarantined):
        assert record.reason, "quarantined without a reason"
    if isinstance(record, Finding):
        for name in ("title", "rule_id", "problem", "source"):
            assert getattr(record, name), f"a finding without {name}"
        assert record.resource.id, "a finding without a resource"
        assert fingerprints([record]) == fingerprints([record])
        assert correlation_key(record)


def _check_text(name: str, value: str) -> None:
    limit = _LIMITS.get(name.rpartition(".")[2], LONGEST)
    assert len(value) <= limit, f"{name} has {len(value)} characters, more than {limit}"
    if not (value.isascii() and value.isprintable()):
        unseen = [c for c in value if c not in "\n\t" and unicodedata.category(c) in _UNSEEN]
        assert not unseen, f"{name} holds {unseen[:3]!r}"


def _values(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Told):
        for field in msgspec.structs.fields(value):
            yield from _values(getattr(value, field.name), f"{name}.{field.name}" if name else field.name)
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _values(key, name)
            yield from _values(held, name)
    elif isinstance(value, tuple | list | frozenset | set):
        for held in value:
            yield from _values(held, name)
    else:
        yield name, value
