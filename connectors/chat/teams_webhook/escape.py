"""Text from outside as text: in a TextRun nothing is markdown, and what clients read into text all the same is broken.

All our text stands in TextRuns ("Markdown is not supported", Adaptive Cards schema 1.5). What is left: the date
functions ``{{DATE(…)}}``, which clients expand in any text, ``<at>`` mentions, and clients that draw a TextRun as if
it were a TextBlock. The one text that is read as markdown is ``fallbackText``.
"""

from __future__ import annotations

import re
import unicodedata

from connectors.chat.teams_webhook.limits import ADDRESS
from connectors.text import split_url

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACE = re.compile(r"\s+")
_BROKEN = (("](", "] ("), ("][", "] ["), ("]:", "] :"), ("{{", "{ {"))
_TAG = re.compile(r"<(?=/?\s*[A-Za-z!])")
_HOST = re.compile(r"www\.", re.IGNORECASE)
_MARKS = str.maketrans({"*": "∗", "_": "ˍ", "`": "'", "~": "∼", "[": "(", "]": ")", "<": "‹", ">": "›", "#": "＃"})
_BLOCK = re.compile(r"^(?:[-+=\s]|\d+[.)](?=\s|$))+")  # what opens a list, a rule or a heading
_NOT_IN_ADDRESS = re.compile(r"[<>|\"`\\^{}\s]")


def visible(text: str) -> str:
    """``text`` on one line without control, bidirectional and zero-width characters (CVE-2021-42574)."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)
    return _SPACE.sub(" ", kept)


def run_text(text: str) -> str:
    """``text`` for a TextRun: shown as it is, but for the few openings that a client could take for markup."""
    shown = _TAG.sub("‹", visible(text))
    for opening, broken in _BROKEN:
        while opening in shown:
            shown = shown.replace(opening, broken)
    return shown


def markdown_text(text: str) -> str:
    """``text`` for the one place that is read as markdown: nothing in it is a mark, a link or an address."""
    shown = run_text(text).replace("\\", "/").translate(_MARKS).replace("://", ":/ /")
    return _BLOCK.sub("", _HOST.sub("www .", shown)).strip()


def is_address(url: str) -> bool:
    """Whether ``url`` may stand behind a link: http or https, printable ASCII, nothing that could end it early."""
    if len(url) > ADDRESS or not url.startswith(("https://", "http://")) or _NOT_IN_ADDRESS.search(url):
        return False
    parts = split_url(url)
    return parts is not None and bool(parts.hostname) and "@" not in parts.netloc
