"""Large JSON files read member by member, so that a report of hundreds of megabytes is never held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import ijson

from connectors.contract.failure import NotThisFormat
from connectors.text import DEPTH, clean

_SCALARS = frozenset({"string", "number", "boolean", "null"})
# A whole buffer is parsed before its depth is seen, and a deep one costs the square of its length.
_BUFFER = 8_192
_OPENING, _CLOSING = ("start_map", "start_array"), ("end_map", "end_array")


def stream(file: IO[bytes], whole: frozenset[str], scalars: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """(prefix, value) of each value whose ijson prefix (``runs.item.results.item``) is wanted, in file order.

    Values under a prefix of ``whole`` come built, those of ``scalars`` only when they are no object or list; the end of
    one under a prefix of ``scalars`` comes as None. Raises NotThisFormat on broken JSON and beyond 64 levels.
    """
    builder: Any = None
    depth = start = 0
    place = ""
    try:
        for prefix, kind, value in ijson.parse(file, use_float=True, buf_size=_BUFFER):
            if kind in _OPENING:
                depth += 1
                if depth > DEPTH:
                    raise NotThisFormat(f"the JSON nests deeper than {DEPTH} levels")
                if builder is None and prefix in whole:
                    builder, start, place = ijson.ObjectBuilder(), depth, prefix
            if builder is not None:
                builder.event(kind, value)
            elif kind in _SCALARS and (prefix in scalars or prefix in whole):
                yield prefix, value
            if kind in _CLOSING:
                depth -= 1
                if builder is not None and depth < start:
                    yield place, builder.value
                    builder = None
                elif builder is None and prefix in scalars:
                    yield prefix, None
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise NotThisFormat(f"the file is not JSON: {clean(str(error), 200)}") from None
