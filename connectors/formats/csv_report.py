"""Reports in CSV (RFC 4180, also with semicolons or tabs), row by row, with cells as long as a report needs."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, cast

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Headers, SourceOptions
from connectors.formats.reports import NAMED, Reader
from connectors.quarantine import each
from connectors.text import clean
from connectors.wild import Wild

LONGEST = 16 * 1024 * 1024  # characters of one cell
_NONE: Headers = {}
_LIMIT = threading.Lock()  # csv's limit is the process's: it is ours only while one row is read


@dataclass(frozen=True, slots=True)
class CsvReport:
    """``Source(read_report=REPORT.read_report, headers=REPORT.headers)``; ``parse`` is left out.

    ``read`` makes findings of one row, ``told.need("Plugin ID")``; ``columns`` must all be in the heading, whose
    cells are taken without white space around them. ``says`` names the format where they are not. ``preface`` is how
    many rows about the report itself may stand before the heading; rows are counted from the heading.
    """

    read: Reader
    says: str
    columns: tuple[str, ...]
    headers: tuple[str, ...] = (NAMED,)
    preface: int = 0

    def read_report(self, file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
        """The records of a file that passes by. Raises NotThisFormat when it is no CSV in UTF-8."""
        file.seek(0)
        text = io.TextIOWrapper(cast("Any", file), "utf-8-sig", newline="")
        try:
            yield from self._rows(text)
        finally:
            text.detach()

    def _rows(self, text: io.TextIOWrapper) -> Iterator[Record]:
        rows = _cells(text)
        heading = self._heading(rows)
        for number, row in enumerate(rows, 1):
            if not any(row):
                continue
            if len(row) != len(heading):
                shown = clean(",".join(row), 200)
                yield Quarantined(f"/{number}", f"the row has {len(row)} cells, the heading {len(heading)}", shown)
            else:
                yield from each([Wild(dict(zip(heading, row, strict=True)), "", number)], self.read)

    def _heading(self, rows: Iterator[list[str]]) -> list[str]:
        first: list[str] = []
        for row in islice(rows, self.preface + 1):
            heading = [cell.strip() for cell in row]
            if set(self.columns) <= set(heading):
                return heading
            first = first or heading
        missing = [column for column in self.columns if column not in first]
        raise UnknownShape(f"{self.says}: the heading has no {', '.join(missing)}")


def _cells(text: io.TextIOWrapper) -> Iterator[list[str]]:
    try:
        first = text.readline(1_000_000)
        reader = csv.reader(chain([first], text), delimiter=max(",;\t", key=first.count), strict=True)
        while (row := _next(reader)) is not None:
            yield row
    except (csv.Error, UnicodeError) as error:
        raise NotThisFormat(f"the file is not CSV: {clean(str(error), 200)}") from None


def _next(reader: Any) -> list[str] | None:
    """The next row. csv refuses cells over 131,072 characters unless its one limit, everybody's, is raised."""
    with _LIMIT:
        usual = csv.field_size_limit(LONGEST)
        try:
            return next(reader, None)
        finally:
            csv.field_size_limit(usual)
