"""What a reader's program makes of an output besides showing text: its tokens, counted. Nothing here is ours.

Each grammar reads as its platform does, and shares no code with the renderers. A renderer is right when the tokens do
not depend on what the texts say.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

Tokens = Counter[str]
_VOID_ADDRESS = re.compile(r"\?.*", re.DOTALL)
_SLACK_CODE = re.compile(r"`[^`\n]+`")
_SLACK_MARK = re.compile(r"(?<![A-Za-z0-9])([*_~])(?=\S)[^\n]*?\S\1(?![A-Za-z0-9])")
_SLACK_EMOJI = re.compile(r"(?<![A-Za-z0-9]):[a-z0-9_+'-]+:(?![A-Za-z0-9])")
_WIKI = re.compile(r"(?<!\\)[{}\[\]|!*~^+?:@#()]|(?<![\\\w])_|(?m:^\s*(?:h[1-6]|bq)\.)|(?m:^\s*-)|\b[A-Z][A-Z0-9]+-\d")


def hidden(text: str) -> set[str]:
    """What no reader sees and every program obeys: control, format, surrogate and private characters."""
    return {
        repr(c) for c in text if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    }


def slack(body: Any) -> Tokens:
    """A message or modal as JSON: its blocks, and in mrkdwn what is between < and >, in marks, or an emoji."""
    return Counter(_slack(body))


def _slack(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _slack(each)
    elif isinstance(part, dict):
        kind = str(part.get("type", "message"))
        yield f"{kind} {sorted(part)} {part.get('emoji')}"
        if kind == "mrkdwn":
            yield from _mrkdwn(part["text"])
        for value in part.values():
            yield from _slack(value)


def _mrkdwn(text: str) -> Iterator[str]:
    yield from re.findall(r"<(.[^|>]*)", text)
    if "&gt;" in {line.strip()[:4] for line in text.split("\n")}:
        yield "quotation"
    yield from ("code" for _ in _SLACK_CODE.findall(text))
    bare = re.sub(r"<[^>]*>", " ", _SLACK_CODE.sub(" ", text))
    yield from (f"mark {mark}" for mark in _SLACK_MARK.findall(bare))
    yield from (f"emoji {name}" for name in _SLACK_EMOJI.findall(bare))


def card(body: Any) -> Tokens:
    """An Adaptive Card: its elements and addresses; in texts what clients expand, and in the fallback markdown."""
    return Counter(_card(body, ""))


def _card(part: Any, name: str) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _card(each, name)
    elif isinstance(part, dict):
        yield f"{part.get('type')} {sorted(part)}"
        for key, value in part.items():
            yield from _card(value, key)
    elif name in ("url", "type", "style"):
        yield f"{name} {part}"
    elif isinstance(part, str):
        yield from re.findall(r"\{\{|<at|</|\]\(", part)
        if name == "fallbackText":
            yield from re.findall(r"[*_`~<>\[\]]|https?://|^\s*[-#+]", part)


class _Html(HTMLParser):
    """Tags with their attributes' names; of addresses also their value, but for what is asked of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Tokens = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [
            f"{name}={_VOID_ADDRESS.sub('?', value or '')}"
            if name in ("href", "src", "action", "class", "type")
            else name
            for name, value in attrs
            if name != "selected"
        ]
        self.found[f"<{tag} {' '.join(named)}>"] += 1

    def handle_endtag(self, tag: str) -> None:
        self.found[f"</{tag}>"] += 1

    def handle_comment(self, data: str) -> None:
        self.found["<!--"] += 1

    def handle_pi(self, data: str) -> None:
        self.found["<?"] += 1


def html(page: str) -> Tokens:
    """A page as a browser reads it."""
    parser = _Html()
    parser.feed(page)
    parser.close()
    return parser.found


def document(node: Any) -> Tokens:
    """The Atlassian Document Format: nodes and marks; line breaks are text's own."""
    found: Tokens = Counter()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if each["type"] not in ("hardBreak", "text") or each.get("marks"):
                found[json.dumps({name: value for name, value in each.items() if name not in ("content", "text")})] += 1
            waiting += [each.get("content", [])]
    return found


def wiki(text: str) -> Tokens:
    """Jira's wiki markup: every character or word that starts something and is not escaped."""
    return Counter(found.strip() for found in _WIKI.findall(re.sub(r"&#92;|&amp;", "", text)))


def sheet(text: str) -> Tokens:
    """CSV as a spreadsheet reads it: rows, columns, and cells that it would calculate."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    cells = Counter(f"{len(row)} cells" for row in rows)
    signs = "=+-@\t\r\n＝＋－＠"
    return cells + Counter(
        "formula" for row in rows for cell in row if cell.lstrip(" ")[:1] in tuple(signs) and cell.strip()
    )


def json_lines(text: str) -> Tokens:
    """A log or an export: one JSON object a line, its keys."""
    return Counter(str(sorted(json.loads(line))) for line in text.splitlines())


def plain(text: str) -> Tokens:
    """A terminal: nothing in it may be more than text, which :func:`hidden` tells."""
    return Counter()
