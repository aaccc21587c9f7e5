"""Text files line by line, whatever their length: a line that is too long or not UTF-8 is set aside by its number."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from connectors.contract.finding import Quarantined

LONGEST = 4 * 1024 * 1024  # bytes of one line


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its end, and its number from 0."""

    number: int
    text: str


def lines(file: IO[bytes]) -> Iterator[Line | Quarantined]:
    """Every line that is not blank, from the file's beginning."""
    file.seek(0)
    number = 0
    while piece := file.readline(LONGEST):
        if len(piece) == LONGEST and not piece.endswith(b"\n"):
            yield Quarantined(f"/{number}", f"the line is longer than {LONGEST} bytes")
            while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
        elif piece.strip():
            yield _decoded(number, piece)
        number += 1


def _decoded(number: int, piece: bytes) -> Line | Quarantined:
    try:
        return Line(number, piece.removeprefix(codecs.BOM_UTF8).decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        return Quarantined(f"/{number}", f"the line is not UTF-8 (byte {error.start})")
