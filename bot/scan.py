"""``suture scan``: a report read on the spot, by the readers of a running Suture; for pipelines and a first look."""

from __future__ import annotations

import heapq
import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import ComponentSeen, Finding, Quarantined, Record, Severity, Status
from connectors.contract.source import Source, SourceOptions
from connectors.contract.statement import Statement
from connectors.formats.reports import NAMED
from connectors.packed import unpacked_file
from connectors.recognition import beginning, recognised
from connectors.registry import sources

_SHOWN = 20  # findings, the worst first
_REASONS = 5


@dataclass(slots=True)
class Found:
    """What is in a report. Only the worst findings are kept, so that a report of any size can be looked at."""

    source: Source
    counts: Counter[Severity] = field(default_factory=Counter)
    quiet: Counter[Status] = field(default_factory=Counter)
    quarantined: int = 0
    components: int = 0
    statements: int = 0
    reasons: list[str] = field(default_factory=list)
    worst: list[tuple[int, int, str]] = field(default_factory=list)  # a heap: (severity, -order, line)

    def add(self, record: Record) -> None:
        """Count one record."""
        if isinstance(record, Quarantined):
            self.quarantined += 1
            if len(self.reasons) < _REASONS:
                self.reasons.append(f"set aside at {record.pointer or '/'}: {record.reason}")
        elif isinstance(record, ComponentSeen):
            self.components += 1
        elif isinstance(record, Statement):
            self.statements += 1
        elif isinstance(record, Finding) and record.status is not Status.OPEN:
            self.quiet[record.status] += 1
        elif isinstance(record, Finding):
            self.counts[record.severity] += 1
            line = f"{record.severity.word:<13} {record.rule_id}  {_place(record)}  {record.title}"
            entry = (int(record.severity), -sum(self.counts.values()), line)
            (heapq.heappush if len(self.worst) < _SHOWN else heapq.heappushpop)(self.worst, entry)

    def is_at_least(self, least: Severity) -> bool:
        """Whether an open finding is as severe; one whose severity nobody told counts as severe."""
        return any(severity >= least or severity is Severity.UNKNOWN for severity in self.counts)

    def lines(self) -> list[str]:
        """The summary for a person."""
        told = [f"{count} {severity.word}" for severity, count in sorted(self.counts.items(), reverse=True)]
        silent = [f"{count} {status.value}" for status, count in sorted(self.quiet.items())]
        lines = [f"{self.source.title}: {', '.join(told) or 'no open finding'}"]
        lines += [f"{self.components} components"] if self.components else []
        lines += [f"{self.statements} statements of what is affected, not affected or fixed"] if self.statements else []
        lines += [f"not open: {', '.join(silent)}"] if silent else []
        lines += [line for _, _, line in sorted(self.worst, reverse=True)]
        more = sum(self.counts.values()) - len(self.worst)
        lines += [f"and {more} more"] if more else []
        if self.quarantined:
            lines.append(f"{self.quarantined} records could not be read")
        return [*lines, *self.reasons]


def _place(finding: Finding) -> str:
    where = finding.resource.path or finding.resource.name or finding.resource.id
    return f"{where}:{finding.resource.line}" if finding.resource.line else where


def severity_named(word: str) -> Severity:
    """The severity of that name. Raises ValueError naming those there are."""
    found = {severity.word: severity for severity in Severity}.get(word.lower())
    if found is None:
        raise ValueError(f"there is no severity {word!r}; there are {', '.join(one.word for one in Severity)}")
    return found


def scan_report(path: Path, source: str, resource: str, console: Console) -> Found:
    """Read a report with a progress bar on ``console``.

    Raises NotThisFormat and UnknownShape when nobody can read it, and ValueError when it, or the source, is not there.
    """
    installed = {name: one for name, one in sources().items() if one.read_report is not None}
    if source and source not in installed:
        raise ValueError(f"no source of reports is called {source!r}; there are {', '.join(installed)}")
    with _opened(path) as packed, _watched(packed, console) as watched, unpacked_file(watched) as file:
        chosen = installed[source] if source else recognised(beginning(file, path.name), installed)
        found = Found(chosen)
        for record in _records(chosen, file, {NAMED: resource} if resource else {}):
            found.add(record)
    return found


def _records(source: Source, file: IO[bytes], headers: dict[str, str]) -> Iterator[Record]:
    if source.read_report is None:
        raise UnknownShape(f"{source.id} reads no reports")
    yield from source.read_report(file, SourceOptions(), headers)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file; what comes through a pipe is put on disk first, since readers may pass over it twice."""
    if str(path) == "-":
        with tempfile.TemporaryFile() as spooled:
            shutil.copyfileobj(sys.stdin.buffer, spooled)
            spooled.seek(0)
            yield spooled
        return
    try:
        file = path.open("rb")
    except OSError as problem:
        raise ValueError(f"{path} cannot be read: {problem.strerror}") from None
    with file:
        yield file


@contextmanager
def _watched(file: IO[bytes], console: Console) -> Iterator[IO[bytes]]:
    """The file with a bar that shows how far it is read; each pass over it starts the bar anew."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress.wrap_file(cast("BinaryIO", file), total=size)
