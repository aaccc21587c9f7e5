"""FIRST's EPSS scores from the daily CSV, plain or gzip-compressed; 300,000 rows go through as a stream.

https://www.first.org/epss/data_stats: a comment line ``#model_version:…,score_date:…``, then ``cve,epss,percentile``.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import date
from typing import IO

from connectors.contract.context import ExploitScore
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.text import one_line

_MOST_BYTES = 256 * 1024 * 1024  # unpacked; the table of 2025 has 10 MiB
_LONGEST_LINE = 1_000
_GZIP = b"\x1f\x8b"
_HEADER = ["cve", "epss", "percentile"]
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}")
_SCORED_ON = re.compile(r"score_date:(\d{4}-\d{2}-\d{2})")


def read(stream: IO[bytes]) -> Iterator[ExploitScore | Quarantined]:
    """The scores, one at a time; a ``Quarantined`` stands for one row that could not be read, by its line number.

    The stream is seekable. Raises NotThisFormat when it breaks off or cannot be unpacked (at any time: what was read
    until then is no whole table), UnknownShape when the table's header is another.
    """
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    lines = _lines(gzip.GzipFile(fileobj=stream) if packed else stream)
    first = next(lines, "")
    found = _SCORED_ON.search(first) if first.startswith("#") else None
    header = next(lines, "") if first.startswith("#") else first
    if next(csv.reader([header]), []) != _HEADER:
        raise UnknownShape(f"the header is {one_line(header, 80)!r}, not {','.join(_HEADER)}")
    scored_on = _day(found.group(1)) if found else None
    return _scores(lines, scored_on, first_line=3 if first.startswith("#") else 2)


def _lines(stream: IO[bytes] | gzip.GzipFile) -> Iterator[str]:
    """Lines of text, none long and not too many: an archive may unpack to anything."""
    left = _MOST_BYTES
    try:
        while line := stream.readline(_LONGEST_LINE):
            left -= len(line)
            if left < 0 or (len(line) == _LONGEST_LINE and not line.endswith(b"\n")):
                raise NotThisFormat("larger, or with longer lines, than the EPSS table is")
            yield line.decode("ascii").rstrip("\r\n")
    except (OSError, EOFError, zlib.error) as problem:
        raise NotThisFormat(f"the gzip file cannot be unpacked: {one_line(str(problem))}") from None
    except UnicodeDecodeError:
        raise NotThisFormat("the table is not plain ASCII, which EPSS is") from None


def _scores(lines: Iterator[str], scored_on: date | None, first_line: int) -> Iterator[ExploitScore | Quarantined]:
    for number, line in enumerate(lines, start=first_line):
        if not line:
            continue
        cve, _, rest = line.partition(",")
        score, comma, percentile = rest.partition(",")
        try:
            chance, rank = float(score), float(percentile)
        except ValueError:
            chance = rank = -1.0
        if comma and 0.0 <= chance <= 1.0 and 0.0 <= rank <= 1.0 and _CVE.fullmatch(cve):
            yield ExploitScore(cve, chance, rank, scored_on)
        else:
            why = "not a CVE id with a score and a percentile between 0 and 1"
            yield Quarantined(f"line {number}", why, one_line(line, 200))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
