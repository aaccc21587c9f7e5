"""Sources whose reports come in several kinds of file: each kind by its own reader, told apart by the first byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Record
from connectors.contract.source import Headers, ReportReader, SourceOptions
from connectors.text import BOM

_NONE: Headers = {}


def by_kind(
    *, xml: ReportReader | None = None, json: ReportReader | None = None, text: ReportReader | None = None
) -> ReportReader:
    """One reader of them; ``Source(read_report=by_kind(…))``, and ``parse`` is left out. ``text`` gets all the rest."""

    def read(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE, /) -> Iterable[Record]:
        file.seek(0)
        start = file.read(1_024).removeprefix(BOM).lstrip()[:1]
        chosen = xml if start == b"<" else json if start in (b"{", b"[") else text
        if chosen is None:
            raise NotThisFormat("the file is none of the kinds that this source reads")
        return chosen(file, options, headers)

    return read
