"""Records one after another: NDJSON, concatenated JSON, a JSON list, one object, or an object that holds a list."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import ijson

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Headers, Opened, SourceOptions
from connectors.formats.json_parts import Parts, passing
from connectors.formats.json_paths import streamed, wanted
from connectors.formats.reports import NAMED, Reader
from connectors.formats.text_lines import Line, lines
from connectors.quarantine import each
from connectors.text import BOM, DEPTH, read_json
from connectors.wild import Wild

_NONE: Headers = {}
_PEEK = 65_536


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """``Source(parse=R.parse, read_report=R.read_report, envelopes=("ndjson",))``.

    ``read`` makes findings of one record. ``inside`` are keys of which the first that holds a list is where the records
    lie (``("findings", "Findings")``). ``says`` names the format where a body holds nothing of it; a record is known by
    having all of ``keys``.
    """

    read: Reader
    says: str
    inside: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    headers: tuple[str, ...] = (NAMED,)

    def parse(self, opened: Opened, options: SourceOptions) -> Iterable[Record]:
        """The records of a body."""
        return each(self._inside(Wild(opened.body, opened.pointer)), self.read)

    def read_report(self, file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
        """The records of a file of any size. A broken line of NDJSON is set aside; broken JSON ends the file."""
        start = _start(file)
        if start.startswith(b"["):
            yield from self._listed(file, "[]")
        elif _is_one_document(start):
            yield from self._lines(file)
        elif listed := self._holder(file):
            yield from self._listed(file, f"{listed}[]")
        else:
            told = enumerate(passing(file, _concatenated, several=True))
            first = tuple(itertools.islice(told, 2))
            for number, value in itertools.chain(first, told):
                yield from self._document(value, number, "" if len(first) == 1 else f"/{number}")

    def _inside(self, body: Wild) -> Iterator[Wild]:
        if isinstance(body.value, list):
            yield from body.items()
            return
        told = body.value if isinstance(body.value, dict) else {}
        for key in self.inside:
            if isinstance(told.get(key), list):
                yield from body.items(key)
                return
        if not told or any(key not in told for key in self.keys):
            raise UnknownShape(f"{self.says}: {', '.join(self.keys or self.inside) or 'an object'} is not there")
        yield body

    def _listed(self, file: IO[bytes], path: str) -> Iterator[Record]:
        for met in streamed(file, wanted((path,))):
            if met.path and not met.expected:
                yield from each([Wild(met.value, Wild(None).pointer(*met.at[:-1]), met.at[-1])], self.read)

    def _holder(self, file: IO[bytes]) -> str:
        """The key under which the list lies, of a file that is one object."""
        if not self.inside:
            return ""
        groups = tuple(f"{key}[]" for key in self.inside)
        try:
            found = {met.at[0] for met in streamed(file, wanted((), groups)) if met.begun and len(met.at) == 2}
        except NotThisFormat:
            return ""  # several documents, or broken: that is said by who reads them
        return next((key for key in self.inside if key in found), "")

    def _lines(self, file: IO[bytes]) -> Iterator[Record]:
        told = lines(file)
        first = tuple(itertools.islice(told, 2))
        alone = len(first) == 1  # one document, whose places are those of a body
        for line in itertools.chain(first, told):
            if isinstance(line, Quarantined):
                yield line
            else:
                yield from self._line(line, "" if alone else f"/{line.number}")

    def _document(self, value: Any, number: int, pointer: str) -> Iterator[Record]:
        try:
            yield from each(self._inside(Wild(value, pointer)), self.read)
        except UnknownShape as error:
            if number == 0:
                raise
            yield Quarantined(pointer, str(error), "")

    def _line(self, line: Line, pointer: str) -> Iterator[Record]:
        try:
            value: Any = read_json(line.text.encode("utf-8"))
            yield from each(self._inside(Wild(value, pointer)), self.read)
        except (NotThisFormat, UnknownShape) as error:
            yield Quarantined(pointer, str(error), "")


def _start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_PEEK).removeprefix(BOM).lstrip()


def _is_one_document(start: bytes) -> bool:
    """Whether the first line is JSON by itself, and more than an opening bracket: NDJSON, or one document in a line."""
    try:
        return isinstance(json.loads(start.partition(b"\n")[0]), dict | list)
    except (ValueError, RecursionError):
        return False


def _concatenated(parts: Parts) -> Iterator[Any]:
    builder: Any = None
    depth = 0
    for kind, value in parts:
        depth += (kind in ("start_map", "start_array")) - (kind in ("end_map", "end_array"))
        if depth > DEPTH:
            raise NotThisFormat(f"the JSON nests deeper than {DEPTH} levels")
        builder = builder or ijson.ObjectBuilder()
        builder.event(kind, value)
        if depth == 0:
            yield builder.value
            builder = None
