"""A short piece of a record that could not be read, for the quarantine page and for messages."""

from __future__ import annotations

import json
from typing import Any

from connectors.text import clean, one_line


def excerpt(record: Any) -> str:
    """The record's JSON, cut to 4,000 characters."""
    return clean(_json(record), 4_000)


def short(value: Any) -> str:
    """One value's JSON on one line, cut to 80 characters."""
    return one_line(_json(value), 80)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)[:20_000]
    except RecursionError:  # streamed JSON has no limit of depth
        return "(nests too deep to be shown)"
