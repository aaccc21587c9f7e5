"""Our own payloads of every source, read the way a delivery is read."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.contract.finding import Finding, Record
from connectors.contract.source import Source, SourceOptions
from connectors.reading import read
from connectors.registry import sources

TESTS = Path(__file__).resolve().parents[2]
SOURCES = sources()
PLAIN = SourceOptions(secrets=("a secret",))


@dataclass(frozen=True)
class Payload:
    """One file of tests/payloads/<source>; a GitHub file's name starts with its event."""

    source: Source
    path: Path

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()

    @property
    def headers(self) -> dict[str, str]:
        if self.source.id != "github":
            return {"content-type": "application/json"}
        return {"x-github-event": self.path.name.partition(".")[0], "x-github-delivery": f"d-{self.path.stem}"}

    @property
    def golden(self) -> Path:
        return TESTS / "goldens" / self.source.id / self.path.name

    def records(self, body: bytes | None = None) -> tuple[Record, ...]:
        return read(self.source, self.body if body is None else body, self.headers, PLAIN).records

    def findings(self, body: bytes | None = None) -> list[Finding]:
        return [record for record in self.records(body) if isinstance(record, Finding)]


def payloads(source: str = "*") -> list[Payload]:
    found = sorted((TESTS / "payloads").glob(f"{source}/*.json"))
    return [Payload(SOURCES[path.parent.name], path) for path in found if path.parent.name in SOURCES]


def name_of(payload: Payload) -> str:
    return f"{payload.source.id}/{payload.path.stem}"


def one(name: str) -> Payload:
    """The payload called ``<source>/<file without .json>``."""
    return next(payload for payload in payloads() if name_of(payload) == name)


def as_json(record: Record) -> dict[str, Any]:
    """A record for a golden file: what differs from an empty one, readable."""
    told = {name: _plain(value) for name, value in dataclasses.asdict(record).items()}
    return {"what": type(record).__name__, **{name: value for name, value in told.items() if value not in _EMPTY}}


_EMPTY: tuple[Any, ...] = ("", None, [], {}, False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain for name, held in value.items() if (plain := _plain(held)) not in _EMPTY}
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else json.loads(json.dumps(value))
