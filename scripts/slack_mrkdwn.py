"""Slack's mrkdwn as HTML, for pictures: what Slack would show of a text, and an error for what we do not know to draw.

The marks are those of docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_MARKS = {"*": "b", "_": "i", "~": "s"}
_TOKEN = re.compile(
    r"<(?P<angle>[^<>]*)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![A-Za-z0-9])(?P<mark>[*_~])(?=\S)(?P<marked>[^\n]+?)(?<=\S)(?P=mark)(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9]):(?P<emoji>[a-z0-9_+'-]+):(?![A-Za-z0-9])"
    r"|(?P<line>\n)"
)


class NotDrawn(ValueError):
    """The JSON holds something that the picture would leave out or show otherwise than Slack."""


def mrkdwn(text: str, names: Mapping[str, str]) -> str:
    """HTML of one text; ``names`` are people and groups by id. Raises NotDrawn."""
    drawn: list[str] = []
    at = 0
    for token in _TOKEN.finditer(text):
        drawn += [_plain(text[at : token.start()]), _token(token, names)]
        at = token.end()
    return "".join([*drawn, _plain(text[at:])])


def _plain(text: str) -> str:
    """What stands between marks. Slack wants &, < and > escaped, so a bare one is a mistake of ours."""
    if "<" in text or ">" in text:
        raise NotDrawn(f"a bare < or > in {text[:60]!r}")
    return html.escape(html.unescape(text))


def _token(token: re.Match[str], names: Mapping[str, str]) -> str:
    match token.lastgroup:
        case "angle":
            return _angle(token["angle"], names)
        case "code":
            return f"<code>{_plain(token['code'])}</code>"
        case "marked":
            tag = _MARKS[token["mark"]]
            return f"<{tag}>{mrkdwn(token['marked'], names)}</{tag}>"
        case "emoji":
            return f'<span class="emoji">:{token["emoji"]}:</span>'
        case _:
            return "<br>"


def _angle(inside: str, names: Mapping[str, str]) -> str:
    """A mention or a link. Raises NotDrawn for channels, dates and broadcasts: we never send them."""
    mentioned = inside.removeprefix("@") if inside.startswith("@") else inside.removeprefix("!subteam^")
    if mentioned != inside:
        if mentioned not in names:
            raise NotDrawn(f"nobody is called {mentioned}")
        return f'<span class="mention">@{html.escape(names[mentioned])}</span>'
    address, bar, label = inside.partition("|")
    if not address.startswith(("https://", "http://")):
        raise NotDrawn(f"<{inside[:60]}> is neither a link nor a mention")
    return f'<a href="{html.escape(html.unescape(address))}">{_plain(label if bar else address)}</a>'
