"""Whatever a tool writes: nothing of it becomes a link, a mention, markup, a date or an invisible character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from connectors.chat.teams_webhook.render import message_body
from connectors.contract.message import (
    Button,
    Code,
    Context,
    Diff,
    Fields,
    Level,
    Link,
    Listing,
    Mention,
    Message,
    Notice,
    Paragraph,
    Plain,
    Strong,
)
from tests.fakes.teams.card import Shown, problems

PLAIN_ONLY = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
DANGEROUS = [
    "[click me](https://evil.example.com)",
    "[click me]: https://evil.example.com\n\n[click me]",
    "[a][b]",
    "![pixel](https://evil.example.com/p.png)",
    "<https://evil.example.com>",
    "https://evil.example.com www.evil.example.com WWW.EVIL.EXAMPLE.COM",
    "<at>everyone</at> < at>channel</at>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{DATE(2026-01-01T00:00:00Z,SHORT)}} {{{TIME(2026-01-01T00:00:00Z)}}}",
    "**bold** _italic_ ~~gone~~ `code` # heading\n# heading\n- list\n1. list\n> quote\n***",
    "\u202eevil\u202c \u2066x\u2069 \u200bzero\u200d\ufeff \u0000 \u001b[31mred",
    "&lt;at&gt; &#91;x&#93;(y)",
    "\\[x\\](y) \\\\[x](y)",
    "]((https://evil.example.com)[",
]
PIECES = st.sampled_from(
    [
        *DANGEROUS,
        "[",
        "]",
        "(",
        ")",
        "{{",
        "}}",
        "<",
        ">",
        "*",
        "_",
        "`",
        "~",
        "#",
        "\\",
        "\n",
        " ",
        "a",
        "]:",
        "www.",
        "- ",
        "--",
        "1. ",
        "=",
        "|",
        "    ",
        "+ ",
    ]
)
HOSTILE = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=200)


def every_place(text: str) -> Message:
    """The text wherever a message can hold text from outside."""
    return Message(
        text=text,
        header=text,
        parts=(
            Notice(Level.ERROR, (Plain(text),)),
            Paragraph((Plain(text), Strong(text), Code(text), Mention(text, text), Link(text, text))),
            Fields(((text, (Plain(text),)),)),
            Listing(((Plain(text), Code(text)),)),
            Diff((text, f"+ {text}")),
            Context((Plain(text),)),
        ),
        buttons=(Button("o-1", text, text),),
    )


def texts(value: Any) -> Iterator[str]:
    """Every string of the body, keys apart."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def check(text: str) -> None:
    body = message_body(every_place(text), {"o-1": "https://suture.example.com/confirm/o-1.1.x"})
    shown = Shown(body)
    assert problems(body) == []
    assert set(shown.links) <= {"https://suture.example.com/confirm/o-1.1.x"}
    for markdown in shown.markdown:
        assert markup(markdown) == set()
        assert not re.search(r"https?://|www\.", markdown, re.IGNORECASE)
    for string in texts(body):
        assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in string)
        assert not re.search(r"<\s*/?\s*at|\{\{|\]\(|\]\[|\]:", string, re.IGNORECASE)


def markup(text: str) -> set[str]:
    """What CommonMark finds in it besides text."""
    found = READER.parse(text)
    return {token.type for block in found for token in (block, *(block.children or ()))} - PLAIN_ONLY


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_attackers_write_is_text(text: str) -> None:
    check(text)


@settings(deadline=None, max_examples=60)  # the schema is checked each time
@given(HOSTILE)
def test_whatever_comes_is_text(text: str) -> None:
    check(text)


def test_ordinary_text_stays_as_it_was_written() -> None:
    said = "openssl 1.0.1e-2+deb7u4 < 1.0.1g, CVE-2014-0160 (a_b*c [x] {y} ~ #1) on pay-1.example.com"
    shown = Shown(message_body(Message(text="x", parts=(Paragraph((Plain(said),)),)), {}))

    assert shown.lines[-1] == said
