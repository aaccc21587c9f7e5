"""Text from outside stays text in both of Jira's formats; options refuse what would leak or confuse."""

from __future__ import annotations

import re

import pytest

from connectors.trackers.jira import JiraOptions
from connectors.trackers.jira.text import as_document, as_wiki, escape_wiki, label

HOSTILE = [
    "[~admin] look",
    "[click|https://evil.example.com]",
    "https://evil.example.com",
    "mailto:a@evil.example.com",
    "{html}<b>x</b>{html}",
    "{color:red}x{color}",
    "!https://evil.example.com/x.png!",
    "*bold* _it_ -strike- +ins+ ^up^ ~down~ ??cite??",
    "|| a | b ||",
    "back \\\\ slash \\{html}",
    "PAY-17 CVE-2014-0160",
    ":) (!) (/)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_wiki_markup_is_left_to_start_something(text: str) -> None:
    rest = re.sub(r"\\[^A-Za-z0-9\s\\]|&#92;", "", escape_wiki(text))
    assert not set(rest) & set("{}[]|!*~^+?:@#()\\")
    assert not re.search(r"[A-Z]-\d|--|(^|\s)-|-(\s|$)", rest)


def test_wiki_keeps_what_people_read_and_escapes_blocks() -> None:
    assert escape_wiki("sg-12 of eu-west-1, port 22") == "sg-12 of eu-west-1, port 22"
    assert escape_wiki("h1. Title\n  bq. quote\n# one\n- two\n----") == (
        "h1\\. Title\n  bq\\. quote\n\\# one\n\\- two\n\\-\\-\\-\\-"
    )
    assert escape_wiki("&#123;html} a & b") == "&amp;\\#123\\;html\\} a & b"


def test_only_our_own_link_is_a_link() -> None:
    link = "https://suture.example.com/cases/S-12?a=[x|y]"
    wiki = as_wiki(["see [x|https://evil.example.com]"], link)
    assert wiki.endswith("[The live case in Suture|https://suture.example.com/cases/S-12?a=%5Bx%7Cy%5D]")
    assert as_document(["see https://evil.example.com", "", "a\nb"], link)["content"] == [
        {"type": "paragraph", "content": [{"type": "text", "text": "see https://evil.example.com"}]},
        {
            "type": "paragraph",
            "content": [{"type": "text", "text": "a"}, {"type": "hardBreak"}, {"type": "text", "text": "b"}],
        },
        {
            "type": "paragraph",
            "content": [
                {
                    "type": "text",
                    "text": "The live case in Suture",
                    "marks": [{"type": "link", "attrs": {"href": link}}],
                }
            ],
        },
    ]


def test_labels_are_what_jira_takes_and_stay_apart() -> None:
    assert label("suture-S-12") == "suture-S-12"
    odd = {label("a b"), label("a-b"), label("a\tb"), label("x" * 300), label("x" * 301), label("é")}
    assert len(odd) == 6
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,255}", one) for one in odd)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "jira.example.com"}, "plain address"),
        ({"url": "http://jira.example.com"}, "clear text"),
        ({"api_token": "t"}, "both email and api_token"),
        ({"api_token": "", "email": ""}, "give email and api_token"),
        ({"personal_access_token": "t"}, "not both"),
        ({"timeout": 0}, "timeout"),
        ({"label_prefix": "a b"}, "label_prefix"),
    ],
)
def test_options_that_can_not_work_are_refused(wrong: dict[str, object], said: str) -> None:
    given = {"url": "https://example.atlassian.net", "email": "a@example.com", "api_token": "t"} | wrong
    if "personal" not in said and wrong.get("api_token") == "t":
        given["email"] = ""
    with pytest.raises(ValueError, match=said):
        JiraOptions(**given)  # type: ignore[arg-type]
