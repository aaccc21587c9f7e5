"""Teams' limits, and cutting to them without lying about what was left off.

A message is 28 KB at most with everything in it (learn.microsoft.com: "Microsoft Teams" connector, "Create Incoming
Webhooks"); what Teams adds around the card counts too, so we stop well below.
"""

from __future__ import annotations

import json
from typing import Any, Final

BODY_BYTES: Final = 24_000
HEADER, LABEL, FIELD, ROW, PARAGRAPH, LINE = 200, 80, 400, 300, 1_200, 160
FIELDS, ROWS, DIFF_LINES = 10, 20, 40
BUTTON, TOOLTIP, ADDRESS = 60, 120, 2_000
PRIMARY: Final = 6  # beyond it Teams hides actions by itself; ours say which ones may go into the menu
FALLBACK: Final = 400


def weight(body: Any) -> int:
    """Bytes of a body, or a piece of it, on the wire: requests, under pymsteams, writes ASCII with ``\\u`` escapes."""
    return len(json.dumps(body))


def cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, ending in an ellipsis when something is missing."""
    return text if len(text) <= most else text[: most - 1] + "…"
