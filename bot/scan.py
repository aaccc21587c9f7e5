"""``suture scan``: a report read on the spot, by the readers of a running Suture; for pipelines and a first look."""

from __future__ import annotations

import io
import re
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

from bot.views.counts import counted
from connectors.contract.failure import UnknownShape
from connectors.contract.finding import ComponentSeen, Finding, Quarantined, Record, Severity, Status
from connectors.contract.source import Source, SourceOptions
from connectors.contract.statement import Statement
from connectors.formats.reports import NAMED
from connectors.packed import unpacked_file
from connectors.recognition import recognised
from connectors.registry import sources
from connectors.text import one_line

_SHOWN = 20  # problems, the worst first
_REASONS = 5
_PACKAGES = 3  # named for one problem
_TITLE = 100
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")
Key = tuple[str, str]  # rule and place


@dataclass(slots=True)
class Problem:
    """What is told together: one rule at one place, in whichever packages."""

    severity: Severity
    said: str
    count: int = 0
    packages: list[str] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """One more of it."""
        self.count += 1
        self.severity = max(self.severity, finding.severity)
        if finding.package is not None and len(self.packages) < _PACKAGES:
            fixed = finding.package.fixed_in
            named = " ".join(filter(None, (finding.package.name, finding.package.installed)))
            self.packages.append(f"{named}, fixed in {fixed}" if fixed else named)

    @property
    def line(self) -> str:
        """Severity, rule, place, title, and what to upgrade."""
        told = list(self.packages)
        if self.packages and self.count > len(self.packages):
            told.append(f"and {self.count - len(self.packages)} more")
        elif self.count > 1 and not self.packages:
            told.append(f"{self.count} times")
        return f"{self.severity.word:<13} {self.said}" + (f"  ({'; '.join(told)})" if told else "")


@dataclass(slots=True)
class Found:
    """What is in a report. Only the worst findings are kept, so that a report of any size can be looked at."""

    source: Source
    counts: Counter[Severity] = field(default_factory=Counter)
    quiet: Counter[Status] = field(default_factory=Counter)
    quarantined: int = 0
    is_torn: bool = False  # what could have been a finding could not be read
    components: int = 0
    statements: int = 0
    reasons: list[str] = field(default_factory=list)
    worst: dict[Key, Problem] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Count one record."""
        if isinstance(record, Quarantined):
            self.quarantined += 1
            self.is_torn = self.is_torn or not record.is_component
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
            self._show(record)

    def _show(self, finding: Finding) -> None:
        """Keep it if it is among the worst; of equally severe ones those that came first."""
        key = (finding.rule_id, _place(finding))
        if key not in self.worst:
            if len(self.worst) >= _SHOWN:
                least = min(reversed(self.worst), key=lambda one: self.worst[one].severity)
                if self.worst[least].severity >= finding.severity:
                    return
                del self.worst[least]
            says_more = finding.package is None or not finding.title.startswith(finding.rule_id)
            title = (one_line(finding.title, _TITLE),) if says_more else ()
            self.worst[key] = Problem(finding.severity, "  ".join((*key, *title)))
        self.worst[key].add(finding)

    def is_at_least(self, least: Severity) -> bool:
        """Whether an open finding is as severe; one whose severity nobody told counts as severe."""
        return any(severity >= least or severity is Severity.UNKNOWN for severity in self.counts)

    def lines(self) -> list[str]:
        """The summary for a person."""
        told = [f"{count} {severity.word}" for severity, count in sorted(self.counts.items(), reverse=True)]
        silent = [f"{count} {status.value}" for status, count in sorted(self.quiet.items())]
        lines = [f"{self.source.title}: {', '.join(told) or 'no open finding'}"]
        lines += [counted(self.components, "component")] if self.components else []
        if self.statements:
            lines.append(f"{counted(self.statements, 'statement')} of what is affected, not affected or fixed")
        lines += [f"not open: {', '.join(silent)}"] if silent else []
        shown = sorted(self.worst.values(), key=lambda one: one.severity, reverse=True)
        lines += [one.line for one in shown]
        more = sum(self.counts.values()) - sum(one.count for one in shown)
        lines += [f"and {more} more"] if more else []
        if self.quarantined:
            lines.append(f"{counted(self.quarantined, 'record')} could not be read")
        return [*lines, *self.reasons]


def _place(finding: Finding) -> str:
    where = finding.resource.path or finding.resource.name or finding.resource.id
    where = _DIGEST.sub(r"\1…", where)
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
        chosen = installed[source] if source else recognised(file, installed, path.name)
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
