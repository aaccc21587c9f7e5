"""An inventory kept as a CSV table: one asset a row, lists with ``;`` between, tags as ``name=text;…``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from connectors.contract.context import AssetRecord
from connectors.formats.inventory import FIELDS, LISTS, InventoryRefused, Problem, Row, build

_MOST_BYTES = 64 * 1024 * 1024


def load(stream: IO[bytes], file: str, read_at: datetime | None = None) -> tuple[AssetRecord, ...]:
    """The records of one CSV file (UTF-8, a header line, RFC 4180). ``file`` is its name, for messages.

    Raises InventoryRefused with every mistake of the file.
    """
    rows, problems = read_rows(stream, file)
    return build(rows, problems, read_at)


def read_rows(stream: IO[bytes], file: str) -> tuple[list[Row], list[Problem]]:
    """The rows as written and the table's own mistakes, for ``build`` over several files.

    Raises InventoryRefused where no table can be made out at all.
    """
    table = csv.reader(io.StringIO(_text(stream, file), newline=""), strict=True)
    lines = _lines(table, file)
    _, header = next(lines, (1, []))
    problems = _check_header(header, file)
    rows: list[Row] = []
    for line, cells in lines:
        if len(cells) != len(header):
            what = f"{len(cells)} cells where the header has {len(header)}"
            problems.append(Problem(file, line, "", what, 'put a cell that holds a comma in double quotes ("a, b")'))
            continue
        fields = {name: _value(name, cell) for name, cell in zip(header, cells, strict=True) if cell.strip()}
        rows.append(Row(file, line, fields))
    return rows, problems


def _text(stream: IO[bytes], file: str) -> str:
    body = stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise _refused(file, 0, f"is larger than {_MOST_BYTES // 1024 // 1024} MiB", "split it into several files")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        raise _refused(file, line, "is not UTF-8 text", 'save it as "CSV UTF-8"') from None


def _lines(table: Any, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it starts on (a quoted cell may run over several)."""
    start = 1
    while True:
        try:
            cells = next(table, None)
        except csv.Error as problem:
            raise _refused(
                file, start, f"is not a CSV row ({problem})", "check the double quotes of this row"
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield start, [cell.strip() for cell in cells]
        start = table.line_num + 1


def _check_header(header: Sequence[str], file: str) -> list[Problem]:
    if "id" not in header:
        hint = "separate the columns with commas" if any(";" in name for name in header) else "name the first column id"
        raise _refused(file, 1, "the header has no column id", f"{hint}; the columns are {', '.join(FIELDS)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    problems = [Problem(file, 1, name, "the column comes twice", "keep one of them") for name in twice]
    for name in header:
        if name not in FIELDS:
            what = f"no such column {name!r}" if name else "a column without a name"
            problems.append(Problem(file, 1, name, what, f"use {', '.join(FIELDS)}"))
    return problems


def _value(field: str, cell: str) -> Any:
    """A cell in the shape that ``Row`` has; what cannot be shaped stays text, and ``build`` says what is wrong."""
    if field in LISTS:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if field == "tags":
        pairs = [part.partition("=") for part in cell.split(";") if part.strip()]
        return (
            {name.strip(): text.strip() for name, _, text in pairs} if all(equals for _, equals, _ in pairs) else cell
        )
    if field == "tier" and cell.isascii() and cell.isdecimal() and len(cell) < 4:
        return int(cell)
    return cell


def _refused(file: str, line: int, what: str, remedy: str) -> InventoryRefused:
    return InventoryRefused([Problem(file, line, "", what, remedy)])
