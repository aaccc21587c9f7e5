"""What goes between the two processes: questions and answers, each a head in JSON and bytes behind it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

from connectors.contract.source import SourceOptions

_SIZES = struct.Struct("!IQ")  # bytes of the head, bytes behind it
SIZES = _SIZES.size


def packed(head: Mapping[str, Any], behind: bytes = b"") -> tuple[bytes, bytes]:
    """One frame, in the two pieces it is written in."""
    words = json.dumps(head).encode()
    return _SIZES.pack(len(words), len(behind)) + words, behind


def sizes_of(start: bytes) -> tuple[int, int]:
    """The lengths of the head and of what is behind it."""
    head, behind = _SIZES.unpack(start)
    return head, behind


def read_frame(file: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None when the other side is gone."""
    start = file.read(SIZES)
    if len(start) < SIZES:
        return None
    head, behind = sizes_of(start)
    return json.loads(file.read(head)), file.read(behind)


def options_to(options: SourceOptions) -> dict[str, Any]:
    """What of a source's configuration concerns reading: nothing by which a sender proves itself."""
    return {"mapping": dict(options.mapping), "environment": options.environment}


def options_from(told: Mapping[str, Any]) -> SourceOptions:
    """The same on the other side."""
    return SourceOptions(**told)
