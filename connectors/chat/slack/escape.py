"""Spans into Slack's mrkdwn, where text can never become markup.

``&``, ``<`` and ``>`` are escaped, so that every ``<…>`` in the result was written by this file: the link of a Link
span or the mention of a Mention span (docs.slack.dev/messaging/formatting-message-text). What Slack has no escape for
becomes its double: a backtick an apostrophe, so that one in a title does not swallow the link after it; a mark that
could open bold, slanted or struck text, a quotation or an emoji's name a sign that looks the same.
"""

from __future__ import annotations

import re

from connectors.chat.slack.limits import MORE_ROOM, URL, fit, size
from connectors.contract.message import Code, Link, Mention, Plain, Span, Spans, Strong
from connectors.text import visible

_DOUBLES = {"*": "∗", "_": "＿", "~": "∼", ":": "꞉", ">": "›"}
_OPENS = re.compile(
    r"(?<![A-Za-z0-9])[*_~](?=\S)"  # not the one in aws_s3_bucket or in pay-*
    r"|(?<![A-Za-z0-9]):(?=[a-z0-9_+'-]+:(?![A-Za-z0-9]))"  # :bomb: and not arn:aws:s3
    r"|^>",
    re.MULTILINE,
)
_WEB_ADDRESS = re.compile(r"https?://[!-~]+")
_NOT_IN_ADDRESS = re.compile(r"[<>|\"`\\^{}]")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_GROUP = re.compile(r"S[A-Z0-9]{2,30}")


def on_one_line(text: str) -> str:
    return " ".join(visible(text).split())


def escaped(text: str) -> str:
    """``text`` as it has to be written in mrkdwn to be read as itself."""
    return _entities(_OPENS.sub(lambda mark: _DOUBLES[mark.group()], visible(text)))


def _entities(text: str) -> str:
    """Enough within code, where no mark opens anything."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")


def unescape(text: str) -> str:
    """What somebody typed, where Slack sent the three signs of its markup as entities: ``openssl&lt;1.0.1g``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def drawn(span: Span) -> str:
    """One span in mrkdwn; a link with an unfit address and a mention with an unfit id are their text alone."""
    match span:
        case Plain(text):
            return escaped(text)
        case Strong(text):
            return _wrapped("*", text)
        case Code(text):
            return _wrapped("`", text)
        case Link(text, url):
            label = escaped(on_one_line(text) or url)
            return f"<{url.replace('&', '&amp;')}|{label}>" if is_address(url) else label
        case Mention(name, platform_id):
            return _mention(name, platform_id)


def mrkdwn(spans: Spans, room: int) -> str:
    """Spans in at most ``room`` units; what was left off is counted in characters at the end."""
    whole = "".join(drawn(span) for span in spans)
    if size(whole) <= room:
        return whole
    return _shortened(spans, room - MORE_ROOM)


def is_address(url: str) -> bool:
    """Whether ``url`` may stand in a link: http or https, printable ASCII, nothing that could end it early."""
    return len(url) <= URL and bool(_WEB_ADDRESS.fullmatch(url)) and not _NOT_IN_ADDRESS.search(url)


def _shortened(spans: Spans, room: int) -> str:
    written: list[str] = []
    left_off = 0
    for span in spans:
        piece = drawn(span)
        if not left_off and size(piece) <= room:
            written.append(piece)
            room -= size(piece)
            continue
        text = _words(span)
        begun = "" if left_off else fit(text, room, escaped)
        written.append(escaped(begun))
        left_off += len(text) - len(begun)
        room = 0
    return f"{''.join(written)}… + {left_off:,} more characters"


def _words(span: Span) -> str:
    return visible(span.name if isinstance(span, Mention) else span.text)


def _wrapped(mark: str, text: str) -> str:
    """The space around a text stays, outside of its marks: next to a space, or to a letter behind, none would close."""
    line = on_one_line(text)
    inside = escaped(line).replace("*", "∗") if mark == "*" else _entities(line)
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
    return f"{before}{mark}{inside}{mark}{after}" if inside else ""


def _mention(name: str, platform_id: str) -> str:
    platform_id = platform_id.rpartition(":")[2]  # a person's identity is T0WORKSPACE:U0PERSON
    if _PERSON.fullmatch(platform_id):
        return f"<@{platform_id}>"
    if _GROUP.fullmatch(platform_id):
        return f"<!subteam^{platform_id}>"
    return escaped(on_one_line(name))
