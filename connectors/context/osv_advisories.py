"""Advisories in the OSV schema 1.x: one object, a list, a line each (NDJSON), a zip as osv.dev exports it, or a folder.

https://ossf.github.io/osv-schema/. One entry that breaks the schema is reported with its reason; the others go on.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

import ijson

from connectors.contract.context import Advisory
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Quarantined
from connectors.formats.excerpts import excerpt
from connectors.formats.osv import BadAdvisory, advisory_of
from connectors.text import clean, one_line, read_json

_MOST_ENTRY_BYTES = 16 * 1024 * 1024  # the largest in osv.dev's exports, a kernel's, is about 3 MiB
_MOST_ENTRIES = 500_000
_SPACE = b" \t\r\n\xef\xbb\xbf"


def read(stream: IO[bytes], source: str) -> Iterator[Advisory | Quarantined]:
    """The advisories of a seekable binary stream, one at a time. ``source`` is kept in each: who says so.

    A ``Quarantined`` stands for one entry that could not be read, with its place. Raises NotThisFormat when the stream
    is none of the shapes above, or breaks off: what was read until then is no whole answer.
    """
    start = stream.read(4096).lstrip(_SPACE)[:2]
    stream.seek(0)
    if start == b"PK":
        return _from_zip(stream, source)
    if start[:1] == b"[":
        return _from_list(stream, source)
    if start[:1] == b"{":
        return _from_objects(stream, source)
    raise NotThisFormat("not OSV: neither a JSON object, a JSON list nor a zip; see docs/inventory.md")


def read_folder(folder: Path, source: str) -> Iterator[Advisory | Quarantined]:
    """The advisories of all ``.json`` files below ``folder``, in the order of their names, one object a file."""
    paths = (path for path in sorted(folder.rglob("*.json")) if path.is_file())
    for number, path in enumerate(paths):
        _refuse_too_many(number)
        with path.open("rb") as stream:
            yield _one(stream.read(_MOST_ENTRY_BYTES + 1), str(path.relative_to(folder)), source)


def _from_zip(stream: IO[bytes], source: str) -> Iterator[Advisory | Quarantined]:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = [entry.filename for entry in archive.infolist() if entry.filename.endswith(".json")]
            _refuse_too_many(len(names))
            for name in names:
                with archive.open(name) as entry:
                    body = entry.read(_MOST_ENTRY_BYTES + 1)
                yield _one(body, one_line(name), source)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise NotThisFormat(f"the zip cannot be read: {one_line(str(problem))}") from None


def _from_list(stream: IO[bytes], source: str) -> Iterator[Advisory | Quarantined]:
    try:
        for number, entry in enumerate(ijson.items(stream, "item", use_float=True)):
            _refuse_too_many(number)
            yield _checked(entry, f"/{number}", source)
    except ijson.JSONError as problem:
        raise NotThisFormat(f"the JSON breaks off: {one_line(str(problem))}") from None


def _from_objects(stream: IO[bytes], source: str) -> Iterator[Advisory | Quarantined]:
    """One object over many lines, or one object a line, of which any may be broken."""
    first, second = (stream.readline(_MOST_ENTRY_BYTES + 1) for _ in range(2))
    if not (_is_whole(first) or first.rstrip().endswith(b"}") or second.startswith(b'{"')):
        yield _one(first + second + stream.read(_MOST_ENTRY_BYTES), "/", source)
        return
    lines = chain((first, second), iter(lambda: stream.readline(_MOST_ENTRY_BYTES + 1), b""))
    for number, line in enumerate(lines, start=1):
        _refuse_too_many(number)
        if line.strip():
            yield _one(line.strip(), f"line {number}", source)


def _is_whole(line: bytes) -> bool:
    try:
        read_json(line)
    except NotThisFormat:
        return False
    return True


def _one(body: bytes, place: str, source: str) -> Advisory | Quarantined:
    if len(body) > _MOST_ENTRY_BYTES:
        return Quarantined(place, f"larger than {_MOST_ENTRY_BYTES // 1024 // 1024} MiB, which no advisory is")
    try:
        return _checked(read_json(body), place, source)
    except NotThisFormat as problem:
        return Quarantined(place, str(problem), clean(body[:4_000].decode("utf-8", "replace"), 4_000))


def _checked(entry: Any, place: str, source: str) -> Advisory | Quarantined:
    try:
        return advisory_of(entry, source)
    except BadAdvisory as problem:
        return Quarantined(place, str(problem), excerpt(entry))


def _refuse_too_many(count: int) -> None:
    if count > _MOST_ENTRIES:
        raise NotThisFormat(f"more than {_MOST_ENTRIES} advisories; load the ecosystems you run, not all of them")
