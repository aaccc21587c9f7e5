"""An inventory kept as JSON: a list of assets, or an object whose one key ``assets`` holds that list."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from connectors.contract.context import AssetRecord
from connectors.contract.failure import NotThisFormat
from connectors.formats.inventory import InventoryRefused, Problem, Row, build
from connectors.text import decode_utf8, one_line, refuse_deep

_MOST_BYTES = 64 * 1024 * 1024
_START = re.compile(r'\s*(?:\{\s*"assets"\s*:\s*)?\[')
_BETWEEN = re.compile(r"\s*(,|\])\s*")
_SPACE = re.compile(r"\s*")


def load(stream: IO[bytes], file: str, read_at: datetime | None = None) -> tuple[AssetRecord, ...]:
    """The records of one JSON file. ``file`` is its name, for messages. Raises InventoryRefused with every mistake."""
    rows, problems = read_rows(stream, file)
    return build(rows, problems, read_at)


def read_rows(stream: IO[bytes], file: str) -> tuple[list[Row], list[Problem]]:
    """The rows as written and the file's own mistakes, for ``build`` over several files.

    Raises InventoryRefused where the file is not JSON or not a list of assets.
    """
    text = _text(stream, file)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, pairs in _elements(text, file):
        if not isinstance(pairs, _Pairs):
            problems.append(Problem(file, line, "", "an asset is not an object", 'write {"id": "web-1", …}'))
            continue
        fields = {name: _plain(value) for name, value in pairs.items}
        rows.append(Row(file, line, fields))
        twice = {name for name, _ in pairs.items if [n for n, _ in pairs.items].count(name) > 1}
        problems += [Problem(file, line, name, "the key comes twice", "keep one of them") for name in sorted(twice)]
    return rows, problems


class _Pairs:
    """An object as written: its keys may repeat, which a dict would hide."""

    def __init__(self, items: list[tuple[str, Any]]) -> None:
        self.items = items


def _plain(value: Any) -> Any:
    return {name: _plain(inner) for name, inner in value.items} if isinstance(value, _Pairs) else value


def _text(stream: IO[bytes], file: str) -> str:
    body = stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise _refused(file, 0, f"is larger than {_MOST_BYTES // 1024 // 1024} MiB", "split it into several files")
    try:
        refuse_deep(body)
        return decode_utf8(body)
    except NotThisFormat as problem:
        raise _refused(file, 0, str(problem), "save it as plain JSON in UTF-8") from None


def _elements(text: str, file: str) -> Iterator[tuple[int, Any]]:
    """Each element of the list with the line it starts on (a parsed document has no line numbers)."""
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs)
    breaks = [found.start() for found in re.finditer("\n", text)]
    start = _START.match(text)
    if not start:
        raise _refused(file, 1, "is not a list of assets", 'write [{"id": …}, …] or {"assets": [{"id": …}, …]}')
    closing = "}" if "{" in start.group() else ""
    at = _skip_space(text, start.end())
    going = not text.startswith("]", at)
    if not going:
        at += 1
    while going:
        line = bisect_right(breaks, at) + 1
        value, at = _decode(decoder, text, at, line, file)
        yield line, value
        between = _BETWEEN.match(text, at)
        if not between:
            raise _refused(file, line, "after this asset neither , nor ] follows", "check the JSON there")
        going, at = between.group(1) == ",", between.end()
    if text[at:].strip() != closing:
        line = bisect_right(breaks, at) + 1
        raise _refused(file, line, "the file does not end with the list of assets", "keep that list alone in the file")


def _decode(decoder: json.JSONDecoder, text: str, at: int, line: int, file: str) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except (
        ValueError
    ) as problem:  # JSONDecodeError names line and column; a number of 5,000 digits is a bare ValueError
        raise _refused(file, line, f"is not JSON ({one_line(str(problem))})", "check the JSON there") from None


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _refused(file: str, line: int, what: str, remedy: str) -> InventoryRefused:
    return InventoryRefused([Problem(file, line, "", what, remedy)])
