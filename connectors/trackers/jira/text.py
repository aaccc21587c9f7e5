"""A draft's plain text in Jira's two formats, so that none of it can become a link, a mention, a macro or a heading.

Cloud takes the Atlassian Document Format, a tree whose text nodes are never parsed. Data Center takes wiki markup,
where every character that could start something is escaped with a backslash or a character reference (Atlassian's "Text
Formatting Notation"; its renderer keeps character references as they are).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.text import clean

LONGEST = 30_000  # Jira refuses more than 32,767 characters
_CUT = "The rest is left off here; the case has all of it."
_LINK = "The live case in Suture"
_WIKI_MARK = re.compile(
    r"[{}\[\]()*_+^~?!|#:@%<>=;\\]"
    r"|&(?=#?\w+;)"  # a character reference would be shown as its character
    r"|(?<![A-Za-z0-9])-|-(?![A-Za-z0-9])"  # lists, rules, dashes, struck-out text; not the one in sg-12
    r"|(?<=[A-Z0-9_])-(?=\d)"  # PAY-17 would become a link to that issue
)
_WIKI_BLOCK = re.compile(r"^(\s*)(h[1-6]|bq)\.", re.MULTILINE)
_REFERENCES = {"\\": "&#92;", "&": "&amp;"}  # a backslash can not escape these
_UNSAFE_IN_LINK = re.compile(r"[^A-Za-z0-9:/?#@!$&'*+,;=._~%-]")


def label(text: str) -> str:
    """``text`` as a Jira label: no spaces, at most 255 characters. What had to be changed gets a short digest."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:200]
    if safe == text:
        return safe
    return f"{safe.strip('-') or 'label'}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _fitting(paragraphs: Sequence[str], longest: int) -> list[str]:
    """As many paragraphs, the last of them cut, as fit ``longest`` characters."""
    fitting: list[str] = []
    room = longest
    for paragraph in (clean(text, LONGEST).strip() for text in paragraphs):
        if len(paragraph) > room:
            return [*fitting, *([paragraph[:room]] if room else []), _CUT]
        if paragraph:
            fitting.append(paragraph)
            room -= len(paragraph)
    return fitting


def _within_limit(paragraphs: Sequence[str], render: Callable[[str], Any]) -> list[Any]:
    """The paragraphs rendered, cut further until what is rendered is short enough: markup takes room as well."""
    room = LONGEST
    while True:
        rendered = [render(text) for text in _fitting(paragraphs, room)]
        if len(json.dumps(rendered, ensure_ascii=False)) <= LONGEST:
            return rendered
        room //= 2


def as_document(paragraphs: Sequence[str], link: str = "", last: str = "") -> Mapping[str, Any]:
    """The Atlassian Document Format, version 1. ``last`` is a paragraph that is never cut."""
    content = _within_limit(paragraphs, paragraph)
    if link:
        marks = [{"type": "link", "attrs": {"href": link}}]
        content.append({"type": "paragraph", "content": [{"type": "text", "text": _LINK, "marks": marks}]})
    if last:
        content.append(paragraph(last))
    return {"type": "doc", "version": 1, "content": content}


def paragraph(text: str) -> dict[str, Any]:
    """One paragraph; its lines are parted by hard breaks."""
    return {"type": "paragraph", "content": _lines(text)}


def _lines(paragraph: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for number, line in enumerate(paragraph.split("\n")):
        if number:
            nodes.append({"type": "hardBreak"})
        if line:
            nodes.append({"type": "text", "text": line})
    return nodes


def escape_wiki(text: str) -> str:
    """``text`` as wiki markup that shows ``text`` and nothing else."""
    marked = _WIKI_MARK.sub(lambda found: _REFERENCES.get(found.group(), f"\\{found.group()}"), text)
    return _WIKI_BLOCK.sub(r"\1\2\\.", marked)


def as_wiki(paragraphs: Sequence[str], link: str = "", last: str = "") -> str:
    """Wiki markup; paragraphs are parted by an empty line. ``last`` is one that is never cut."""
    blocks = _within_limit(paragraphs, escape_wiki)
    if link:
        blocks.append(f"[{_LINK}|{_UNSAFE_IN_LINK.sub(lambda found: _percent(found.group()), link)}]")
    if last:
        blocks.append(escape_wiki(last))
    return "\n\n".join(blocks)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
