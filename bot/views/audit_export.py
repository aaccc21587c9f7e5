"""The audit trail as files: JSON lines, by which anyone can check the chain; and CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from bot.model.audit_chain import COLUMNS, words_of
from connectors.text import csv_cell


class ExportFormat(StrEnum):
    JSON_LINES = "jsonl"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        return "text/csv; charset=utf-8" if self is ExportFormat.CSV else "application/jsonl; charset=utf-8"

    def beginning(self) -> str:
        """What stands before the first record."""
        return _csv_line(COLUMNS) if self is ExportFormat.CSV else ""

    def line(self, row: Mapping[str, Any]) -> str:
        """One record with its line end."""
        words = words_of(row) | {"hash": row["hash"]}
        if self is ExportFormat.JSON_LINES:
            return json.dumps(words, ensure_ascii=True, separators=(",", ":")) + "\n"
        detail = json.dumps(words["detail"], ensure_ascii=True, separators=(",", ":"))
        return _csv_line(str((words | {"detail": detail})[name]) for name in COLUMNS)


def _csv_line(cells: Iterable[str]) -> str:
    """RFC 4180, every cell quoted, none a formula."""
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(csv_cell(cell) for cell in cells)
    return line.getvalue()
