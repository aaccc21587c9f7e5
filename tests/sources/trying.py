"""One file given to its source: what came of it, how long that took, and what another count says of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import ComponentSeen, Finding, Quarantined, Record
from connectors.contract.identity import fingerprints
from connectors.contract.source import Source
from connectors.contract.statement import Statement
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, payloads_of
from tests.samples import SAMPLES, sample_files
from tests.sources.counts import COUNTS, Counted

_NAMED = {"x-suture-resource": "production/node-1"}
_AT_LEAST = 0.005  # seconds of the processor's time: less says nothing about speed


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of each kind. What is set aside is no component, else it is counted as one."""

    findings: int = 0
    components: int = 0
    statements: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Count)))

    def __str__(self) -> str:
        return ", ".join(f"{getattr(self, one.name)} {one.name}" for one in fields(Count))


@dataclass(frozen=True, slots=True)
class Tried:
    """What a source made of one file. ``counted`` is how many records it should be; None where nobody counted."""

    source: str
    name: str
    records: tuple[Record, ...]
    seconds: float  # of the processor, for reading it once
    counted: Count | None = None
    refused: str = ""  # why it is not of the source's format at all

    @property
    def findings(self) -> list[Finding]:
        return [record for record in self.records if isinstance(record, Finding)]

    @property
    def quarantined(self) -> list[Quarantined]:
        return [record for record in self.records if isinstance(record, Quarantined)]

    @property
    def merged(self) -> int:
        """Findings that are another one of the same file, told twice."""
        named = fingerprints(self.findings)
        return len(named) - len(set(named))

    @property
    def besides(self) -> Counter[str]:
        """What else was told: snapshots, components."""
        return Counter(type(record).__name__ for record in self.records) - Counter(
            Finding=len(self.records), Quarantined=len(self.records)
        )

    @property
    def told(self) -> Count:
        """What was told, without what was set aside; but a component that was set aside has been told of."""
        lost = sum(record.is_component for record in self.quarantined)
        kinds = Counter(type(record) for record in self.records)
        return Count(kinds[Finding], kinds[ComponentSeen] + lost, kinds[Statement])

    @property
    def wrong(self) -> str:
        """What does not agree; "" when all does."""
        told, aside = self.told, sum(not record.is_component for record in self.quarantined)
        if self.counted is not None and not _agree(self.counted, told, aside):
            return f"{self.name}: {self.counted} counted, but {told} told and {aside} quarantined"
        nameless = [record.pointer for record in self.quarantined if not record.reason]
        return f"{self.name}: quarantined without a reason: {', '.join(nameless)}" if nameless else ""


def _agree(counted: Count, told: Count, aside: int) -> bool:
    """None of a kind was invented, and none was lost: it was told, or set aside."""
    findings, statements = counted.findings - told.findings, counted.statements - told.statements
    return (
        findings >= 0 and statements >= 0 and findings + statements == aside and counted.components == told.components
    )


def try_bodies(source: Source, name: str, bodies: list[bytes], headers: dict[str, str], counted: Count | None) -> Tried:
    """Read them until the time it takes can be told."""
    times, began, refused = 0, time.process_time(), ""
    records: list[Record] = []
    while times == 0 or (time.process_time() - began < _AT_LEAST and not refused):
        records, times = [], times + 1
        for body in bodies:
            try:
                records += read(source, body, headers, PLAIN).records
            except NotThisFormat as error:
                refused = str(error)
    took = (time.process_time() - began) / times
    return Tried(source.id, name, tuple(records), took, counted, refused)


def own_files(source: Source) -> Iterator[Tried]:
    """Our own payloads of a source; its golden files say how many records each holds."""
    for payload in payloads_of(source):
        golden = json.loads(payload.golden.read_text()) if payload.golden.exists() else []
        counted = sum((_golden(one) for one in golden), Count())
        yield try_bodies(source, f"{source.id}/{payload.path.name}", [payload.body], payload.headers, counted)


def _golden(record: dict[str, Any]) -> Count:
    what = "ComponentSeen" if record.get("is_component") else record["what"]
    return Count(what in ("Finding", "Quarantined"), what == "ComponentSeen", what == "Statement")


def sampled(folder: str) -> Iterator[Tried]:
    """The samples of one folder by the source that reads it, if there is one."""
    told = COUNTS.get(folder)
    source = SOURCES.get(told.source if told else folder)
    if source is not None:
        yield from (try_sample(source, told, path) for path in sample_files(folder))


def try_sample(source: Source, told: Counted | None, path: Path) -> Tried:
    """One real file, posted with a name for what it is about: many do not say it."""
    bodies = [(json.dumps(case).encode(), case) for case in _cases(path)] or [(path.read_bytes(), _value(path))]
    counted = sum((_count(told, value) for _, value in bodies), Count()) if told else None
    return try_bodies(source, f"{path.parent.name}/{path.name}", [body for body, _ in bodies], _NAMED, counted)


def _count(told: Counted, value: Any) -> Count:
    return Count(told.findings(value), told.components(value), told.statements(value))


def _value(path: Path) -> Any:
    """The JSON of a file, a list of its lines' JSON, or its bytes."""
    body = path.read_bytes()
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in body.splitlines() if line.strip()]
    except ValueError:
        return body


def _cases(path: Path) -> list[Any]:
    """The payloads of a file that is a list of test cases."""
    value = _value(path)
    is_cases = isinstance(value, list) and value and isinstance(value[0], dict) and "payload" in value[0]
    return [case["payload"] for case in value] if is_cases else []


def folders() -> list[str]:
    """Every folder of samples; none where there are no samples."""
    return sorted(path.name for path in SAMPLES.glob("*") if path.is_dir())


def unread() -> dict[str, int]:
    """Folders of samples that no source reads, and how many files lie there."""
    found = [folder for folder in folders() if (COUNTS[folder].source if folder in COUNTS else folder) not in SOURCES]
    return {folder: len(sample_files(folder)) for folder in found}
