"""Text that tries to be more than text; and every place where somebody outside may write some."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

Words = Mapping[str, str]

MENTIONS = (
    "<!channel>",
    "<!here|here>",
    "<@U0EVE>",
    "<#C0GENERAL>",
    "<!subteam^S0OPS>",
    "@channel",
    "[~admin]",
    "@[x](y)",
)
LINKS = (
    "<https://evil.example|ok>",
    "[click|https://evil.example]",
    "[x](https://evil.example)",
    "https://evil.example",
)
MARKUP = (
    "*bold*",
    "_slanted_",
    "~gone~",
    "```",
    "`code`",
    "&gt;",
    "> ",
    "h1. ",
    "{html}",
    "{color:red}",
    "!x.png!",
    "||a||",
    "----",
)
EMOJI = (":white_check_mark:", " :bomb: ")
HTML = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "</td></table>",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "&#x3c;",
)
TEMPLATES = ("{{ 7*7 }}", "{% include 'x' %}", "${7*7}", "#{7*7}", "%(who)s", "{0.__class__}", "%0d%0a")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("https://evil.example")')
INVISIBLE = ("\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\u2028", "\u0085")
CONTROL = ("\x00", "\x07", "\x08", "\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\x7f", "\r\n", "\n", "\n> ")
SIGNS = ("|", "&", "\\", '"', "'", ",", ";")
FRAGMENTS = (*MENTIONS, *LINKS, *MARKUP, *EMOJI, *HTML, *TEMPLATES, *FORMULAS, *INVISIBLE, *CONTROL, *SIGNS)

# Every text of a finding in our own shape that its sender chooses freely; words that choose one of ours are no texts.
FINDING = (
    "title", "rule", "problem", "status_reason", "summary", "uid", "package", "installed", "fixed_in", "purl",
    "protocol", "confidence", "actor", "remediation", "severity",
)  # fmt: skip
RESOURCE = ("id", "type", "name", "provider", "account", "region", "cluster", "namespace", "repository", "path", "ip")
PEOPLE = ("person", "team")
TYPED = ("reason", "control", "question")
ELSEWHERE = ("plan", "on_call", "account", "group")  # a platform's answer, a calendar, a chat, the configuration
PLACES = (*FINDING, *(f"resource.{name}" for name in RESOURCE), "tag", "tag value", *PEOPLE, *TYPED, *ELSEWHERE)
ADDRESSES = ("url", "remediation_url")


def hostile(place: str) -> st.SearchStrategy[str]:
    """Ends in a word of its place's own, so that nothing becomes empty or the same as another place's text; short, so
    that nothing is cut where harmless text would not be."""
    fragments = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), min_size=1, max_size=3)
    return fragments.map(lambda each: f"{''.join(each)[:60]}z{PLACES.index(place)}")


bad_address = st.sampled_from(
    (
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example/",
        "https://user@evil.example/",
        "https://evil.example/<b>",
        "https://evil.example/|x",
        'https://evil.example/"x',
        "https://evil.example/\u202e",
        "//evil.example",
    )
)
hostile_words: st.SearchStrategy[Words] = st.fixed_dictionaries(
    {place: hostile(place) for place in PLACES} | dict.fromkeys(ADDRESSES, bad_address)
)


def harmless() -> Words:
    """A word in each of the same places, and no address."""
    return {place: place.replace(".", " ").title().replace(" ", "") for place in PLACES} | dict.fromkeys(ADDRESSES, "")
