"""The readers would see an attack: each grammar finds the tokens that a careless renderer lets through."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.injection.grammars import Tokens, card, document, hidden, html, json_lines, sheet, slack, wiki


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("a <!channel> b", "!channel"),
        ("<https://evil.example|ok>", "https://evil.example"),
        ("so *bold* it is", "mark *"),
        ("(_slanted_)", "mark _"),
        ("~gone~", "mark ~"),
        ("see\n&gt; said", "quotation"),
        (":bomb: now", "emoji :bomb:"),
        ("the `code`", "code"),
    ],
)
def test_slack_markup_is_seen(text: str, token: str) -> None:
    assert token in slack(mrkdwn(text)) - slack(mrkdwn("harmless"))


@pytest.mark.parametrize("text", ["aws_s3_bucket_x", "pay-* and web-*", "arn:aws:s3:::b", "2 * 3 * 4", "a &gt; b", "~"])
def test_slack_text_is_text(text: str) -> None:
    assert slack(mrkdwn(text)) == slack(mrkdwn("harmless"))


def test_more_blocks_are_more_tokens() -> None:
    assert slack({"blocks": [mrkdwn("a"), mrkdwn("b")]}) != slack({"blocks": [mrkdwn("a b")]})
    assert slack({"type": "plain_text", "emoji": True}) != slack({"type": "plain_text", "emoji": False})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "{{DATE(2026-03-02T00:00:00Z)}}"),
        ("text", "<at>Ana</at>"),
        ("text", "[x](https://evil.example)"),
        ("fallbackText", "**loud**"),
        ("fallbackText", "https://evil.example"),
        ("url", "https://evil.example"),
    ],
)
def test_what_teams_expands_is_seen(name: str, text: str) -> None:
    assert card({"type": "TextBlock", name: text}) != card({"type": "TextBlock", name: "harmless"})
    assert card({"type": "TextBlock", "text": "5 < 6 & 2 * 3"}) == card({"type": "TextBlock", "text": "harmless"})


@pytest.mark.parametrize(
    ("page", "token"),
    [
        ("<p><script>x</script>", "<script >"),
        ('<p title="" onload="x">', "<p title onload>"),
        ('<a href="javascript:x">', "<a href=javascript:x>"),
        ("<p><!-- x -->", "<!--"),
        ("<p></td>", "</td>"),
    ],
)
def test_html_is_seen(page: str, token: str) -> None:
    assert token in html(page)
    assert html("<p>&lt;script&gt; &amp;lt;") == Counter({"<p >": 1})


def test_a_link_or_a_heading_in_a_document_is_seen() -> None:
    link = {"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": "https://evil.example"}}]}
    plain = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}
    assert document({"type": "doc", "content": [{"type": "paragraph", "content": [link]}]}) != document(plain)
    assert document({"type": "doc", "content": [{"type": "heading", "content": []}]}) != document(plain)


@pytest.mark.parametrize(
    "text", ["[x|https://evil.example]", "h1. x", "{html}", "*b*", "_i_", "!x!", "PAY-17", "- item", "||a"]
)
def test_wiki_markup_is_seen(text: str) -> None:
    assert wiki(text)
    assert not wiki("sg-12 of aws_s3_bucket, port 22")


def test_formulas_and_extra_cells_are_seen() -> None:
    assert sheet('"=1+1"\r\n') == Counter({"1 cells": 1, "formula": 1})
    assert sheet('"a","b"\r\n') != sheet('"a"\r\n')
    assert sheet('"\'=1+1"\r\n') == sheet('"a"\r\n')


def test_a_broken_line_of_a_log_is_seen() -> None:
    with pytest.raises(ValueError, match="Unterminated"):
        json_lines('{"a": "x\n{"level": "error"}"}')
    assert json_lines('{"a": 1, "forged": 2}') != json_lines('{"a": 1}')


@pytest.mark.parametrize("text", ["\x1b[31m", "a\u202eb", "\u200b", "\x00", "\r", "\u2028", "\ud800", "\u00ad"])
def test_what_nobody_sees_is_seen(text: str) -> None:
    assert hidden(text)
    assert not hidden("Zürich 価格 🩹\n\t‘x’ ∗＿")


def test_tokens_are_counted() -> None:
    tokens: Tokens = slack(mrkdwn("<@U1> <@U2>"))
    assert tokens["@U1"] == tokens["@U2"] == 1
