"""Every received call as one JSON line, on disk before it has an effect; never a credential."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Journal:
    def __init__(self, path: Path | None) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None
        self.calls: list[dict[str, Any]] = []

    def write(self, line: dict[str, Any]) -> None:
        self.calls.append(line)
        if self._file:
            self._file.write(json.dumps(line, sort_keys=True) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
