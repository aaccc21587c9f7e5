"""What the fake saw, one JSON line each, flushed as it happens: a checker reads it after a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fakes.slack.clock import Clock

_NEVER_WRITTEN = frozenset({"token"})


class Journal:
    """Append-only. Lines carry ``n`` (their order), ``at`` (seconds), ``what`` and the particulars."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None
        self._clock = clock
        self.lines: list[dict[str, Any]] = []

    def write(self, what: str, **particulars: Any) -> int:
        """Append one line; returns its number, by which an answer names the call it belongs to."""
        line = {"n": len(self.lines) + 1, "at": round(self._clock.now(), 6), "what": what, **particulars}
        self.lines.append(line)
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
            self._file.flush()
        return int(line["n"])


def shown(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call without its credentials."""
    return {name: value for name, value in arguments.items() if name not in _NEVER_WRITTEN}
