"""Our own payloads of every source, read the way a delivery is read.

tests/payloads/<source>/ holds files of any suffix; beside ``name.json`` may lie ``name.headers.json`` with the headers
it comes with, ``contract.json`` with what the general tests must know of this source (see contract.py), and
``handshakes.json`` with how its vendor asks whether we are there (see handshakes.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from connectors.contract.finding import Finding, Record
from connectors.contract.source import Source, SourceOptions
from connectors.contract.told import Told
from connectors.reading import read
from connectors.registry import sources

TESTS = Path(__file__).resolve().parents[2]
SOURCES = sources()
PLAIN = SourceOptions(secrets=("a secret",))
_BESIDE = (".headers.json", "contract.json", "handshakes.json")


@dataclass(frozen=True)
class Payload:
    """One file of tests/payloads/<source>."""

    source: Source
    path: Path
    tests: Path = TESTS

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()

    @property
    def headers(self) -> dict[str, str]:
        beside = self.path.with_name(f"{self.stem}.headers.json")
        told: dict[str, str] = json.loads(beside.read_text()) if beside.exists() else {}
        return {"content-type": "application/json", **told}

    @property
    def stem(self) -> str:
        """The file's name without its last suffix: ``quiet-scan`` of ``quiet-scan.xml``, ``a.created`` of the like."""
        return self.path.name.removesuffix(".gz").removesuffix(".zip").rpartition(".")[0]

    @property
    def golden(self) -> Path:
        name = self.path.name
        return self.tests / "goldens" / self.source.id / (name if name.endswith(".json") else f"{name}.json")

    @property
    def is_quiet(self) -> bool:
        return self.path.name.startswith("quiet-")

    def records(self, body: bytes | None = None) -> tuple[Record, ...]:
        return read(self.source, self.body if body is None else body, self.headers, PLAIN).records

    def findings(self, body: bytes | None = None) -> list[Finding]:
        return [record for record in self.records(body) if isinstance(record, Finding)]

    def told(self) -> str:
        """What a golden file holds of it."""
        return json.dumps([as_json(record) for record in self.records()], indent=2, ensure_ascii=False) + "\n"


def payloads_of(source: Source, tests: Path = TESTS) -> list[Payload]:
    """The payloads of one source, in order of their names."""
    found = sorted((tests / "payloads" / source.id).glob("*"))
    return [Payload(source, path, tests) for path in found if path.is_file() and not path.name.endswith(_BESIDE)]


def payloads(source: str = "*") -> list[Payload]:
    """Those of every source, or of one."""
    chosen = SOURCES.values() if source == "*" else [SOURCES[source]]
    return [payload for each in chosen for payload in payloads_of(each)]


def name_of(payload: Payload) -> str:
    return f"{payload.source.id}/{payload.path.name}"


def one(name: str) -> Payload:
    """The payload called ``<source>/<file without its suffix>``."""
    source, _, stem = name.partition("/")
    return next(payload for payload in payloads(source) if payload.stem == stem)


def as_json(record: Record) -> dict[str, Any]:
    """A record for a golden file: what differs from an empty one, readable."""
    told = {name: _plain(value) for name, value in msgspec.structs.asdict(record).items()}
    return {"what": type(record).__name__, **{name: value for name, value in told.items() if value not in _EMPTY}}


_EMPTY: tuple[Any, ...] = ("", None, [], {}, False)


def _plain(value: Any) -> Any:
    if isinstance(value, Told):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        return {name: plain for name, held in value.items() if (plain := _plain(held)) not in _EMPTY}
    if isinstance(value, datetime):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else json.loads(json.dumps(value))
