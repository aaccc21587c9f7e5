"""Whose report a file is, told from its first 64 KiB where nobody said it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

import ijson

from connectors.contract.failure import UnknownShape
from connectors.contract.source import Beginning, Source
from connectors.text import DEPTH, clean

HEAD = 65_536
_DEEPEST = 5
_SHORT = 300
_FAR = 3 * _DEEPEST  # keys and lists on the way to a place nobody asks for; beyond it, parsing costs the square of it
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_BESIDE = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL)


def beginning(file: IO[bytes], name: str = "") -> Beginning:
    """What the start of a seekable file shows; the file is left at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        paths, texts = _json(text)
        return Beginning(name=name, head=head, paths=paths, texts=texts)
    if text.startswith(b"<"):
        found = _ROOT.search(_BESIDE.sub(b"", text))
        return Beginning(name=name, head=head, root=found.group(1).decode("ascii") if found else "")
    return Beginning(name=name, head=head, columns=_columns(text))


def recognised(start: Beginning, sources: Mapping[str, Source]) -> Source:
    """The one source whose report this is. Raises UnknownShape, naming the candidates, when none or several are."""
    candidates = [source for source in sources.values() if source.recognise is not None and source.recognise(start)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        named = ", ".join(source.id for source in candidates)
        raise UnknownShape(f"this could be a report of {named}; say which with --source")
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


def _parsed(text: bytes) -> Iterable[tuple[str, str, Any]]:
    gathered: list[tuple[str, str, Any]] = []
    parts = ijson.sendable_list()
    parser = ijson.parse_coro(parts, use_float=True, multiple_values=True)
    try:
        for place in range(0, len(text), 4_096):
            parser.send(text[place : place + 4_096])
            gathered += parts
            parts.clear()
            if gathered and gathered[-1][0].count(".") > DEPTH:
                break
    except (ijson.JSONError, StopIteration, UnicodeDecodeError):
        gathered += parts
    return gathered


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
