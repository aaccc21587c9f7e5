"""Whose report a file is, told from its first 64 KiB, or else its first 4 MiB, where nobody said it."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import IO, Any

import ijson

from connectors.contract.failure import UnknownShape
from connectors.contract.source import Beginning, Source
from connectors.formats.json_parts import PATIENT, is_long_number
from connectors.text import BOM, DEPTH, clean, refuse_utf16

HEAD = 65_536
_FURTHER = 64 * HEAD
_DEEPEST = 5
_SHORT = 300
_STEP = 4_096
_FAR = 3 * _DEEPEST  # keys and lists on the way to a place nobody asks for; beyond it, parsing costs the square of it
Part = tuple[str, str, Any]  # of ijson.parse: where it is, what it is, its value
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_BESIDE = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL)


def beginning(file: IO[bytes], name: str = "", size: int = HEAD) -> Beginning:
    """What the first ``size`` bytes of a seekable file show; the file is left at its beginning."""
    file.seek(0)
    head = file.read(size)
    file.seek(0)
    text = head.removeprefix(BOM).lstrip()
    if text.startswith((b"{", b"[")):
        paths, texts = _json(text)
        return Beginning(name=name, head=head, paths=paths, texts=texts)
    if text.startswith(b"<"):
        found = _ROOT.search(_BESIDE.sub(b"", text))
        return Beginning(name=name, head=head, root=found.group(1).decode("ascii") if found else "")
    return Beginning(name=name, head=head, columns=_columns(text))


def recognised(file: IO[bytes], sources: Mapping[str, Source], name: str = "") -> Source:
    """The one source whose report this is. Raises UnknownShape, naming the candidates, when none or several are, and
    NotThisFormat on UTF-16.

    What names a tool may stand behind what it has most of (the metrics of every file, the checks that passed), so where
    the head of JSON tells nothing more of the file is looked at.
    """
    for size in (HEAD, _FURTHER):
        start = beginning(file, name, size)
        refuse_utf16(start.head)
        candidates = [one for one in sources.values() if one.recognise is not None and one.recognise(start)]
        if candidates or len(start.head) < size or not start.paths:
            break
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        named = ", ".join(source.id for source in candidates)
        raise UnknownShape(f"this could be a report of {named}; say which with --source")
    if not start.head.strip():
        raise UnknownShape("the file is empty; say whose it is with --source")
    readers = ", ".join(source.id for source in sources.values() if source.read_report is not None)
    raise UnknownShape(f"no source knows this report by its content; say which with --source: {readers}")


def _json(text: bytes) -> tuple[frozenset[str], dict[str, str]]:
    """The places met in the head, which may break off anywhere."""
    paths: set[str] = set()
    texts: dict[str, str] = {}
    for prefix, kind, value in _parsed(text):
        path = _path(prefix) if prefix.count(".") < _FAR else ""
        if path and path.count(".") < _DEEPEST and kind not in ("map_key", "end_map", "end_array"):
            paths.add(path)
            if kind == "string" and len(value) <= _SHORT:
                texts.setdefault(path, value)
    return frozenset(paths), texts


def _parsed(text: bytes) -> Iterator[Part]:
    """What ijson tells of JSON that may break off anywhere. Some of it may be told twice."""
    parts = ijson.sendable_list()
    parser = ijson.parse_coro(parts, use_float=True, multiple_values=True)
    try:
        for place in range(0, len(text), _STEP):
            parser.send(text[place : place + _STEP])
            yield from parts
            if parts and parts[-1][0].count(".") > DEPTH:
                return
            parts.clear()
    except (ijson.JSONError, StopIteration, UnicodeDecodeError) as error:
        yield from _patiently(text) if is_long_number(error) else parts


def _patiently(text: bytes) -> Iterator[Part]:
    """The same by the parser that reads whole numbers of any length."""
    with contextlib.suppress(ijson.JSONError, JSONDecodeError, UnicodeDecodeError):
        for part in PATIENT.parse(io.BytesIO(text), use_float=True, multiple_values=True, buf_size=_STEP):
            yield part
            if part[0].count(".") > DEPTH:
                return


def _path(prefix: str) -> str:
    """ijson's ``runs.item.tool`` as ``runs[].tool``."""
    parts = prefix.split(".") if prefix else []
    written = ""
    for part in parts:
        written += "[]" if part == "item" else f".{part}" if written else part
    return written


def _columns(text: bytes) -> tuple[str, ...]:
    first = text.partition(b"\n")[0].decode("utf-8", "replace").strip()
    try:
        cells = next(csv.reader([first], delimiter=max(",;\t", key=first.count)), [])
    except csv.Error:
        return ()
    return tuple(clean(cell, 200) for cell in cells) if len(cells) > 1 else ()
