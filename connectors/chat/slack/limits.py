"""Slack's limits, and cutting to them without lying about what was left off.

Figures: docs.slack.dev/reference/block-kit and slack_sdk's models; the total, which no page documents, is bolt-js#2509
(refused at about 13,200 characters: we stop at 10,000).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

MESSAGE_TOTAL: Final = 10_000
MESSAGE_BLOCKS: Final = 30
MODAL_BLOCKS: Final = 100
HOME_BLOCKS: Final = 100
HOME_TOTAL: Final = 40_000  # of the 250 KB that a view may have
FALLBACK: Final = 3_000  # chat.update takes 4,000
SECTION, FIELD, FIELDS, HEADER = 3_000, 2_000, 10, 150
BUTTON, BUTTONS, ACCESSIBILITY = 75, 25, 75
OPTION, OPTION_VALUE, OVERFLOW, CHOICES = 75, 150, 5, 100
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_WORD = 100, 300, 30
MODAL_TITLE, MODAL_WORD, PRIVATE_METADATA, LABEL, HINT, TYPED = 24, 24, 3_000, 2_000, 2_000, 3_000
URL: Final = 3_000
MORE_ROOM: Final = 40  # what "… + 123,456 more characters" takes


def size(text: str) -> int:
    """How long Slack may think ``text`` is: UTF-16 units, the strictest reading."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` units, ending in an ellipsis when something is missing."""
    return text if size(text) <= most else fit(text, most - 1, str) + "…"


def fit(text: str, room: int, drawn: Callable[[str], str]) -> str:
    """The longest beginning of ``text`` that is at most ``room`` units long once ``drawn`` (escaped)."""
    if size(drawn(text)) <= room:
        return text
    least, most = 0, max(0, min(len(text), room))
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if size(drawn(text[:middle])) <= room else (least, middle - 1)
    return text[:least]


def all_text(part: Any) -> int:
    """The length of every text in blocks together."""
    if isinstance(part, dict):
        own = size(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(all_text(value) for value in part.values() if not isinstance(value, str))
    return sum(all_text(item) for item in part) if isinstance(part, list) else 0
