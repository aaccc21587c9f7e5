"""The pictures of Slack show what was sent and nothing else: what they could not show is an error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.chat.slack.render import home_view, message_body, modal_view
from connectors.contract.message import (
    Code,
    Diff,
    Fields,
    Form,
    Input,
    InputKind,
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
from scripts.slack_blocks import draw_blocks
from scripts.slack_mrkdwn import NotDrawn, mrkdwn
from scripts.slack_screens import channel, home, modal, thread
from tests.connectors.chat.slack.cards import button, card

NAMES = {"U0ANA": "Ana Sousa", "S0OPS": "Operations"}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}

MARKS = {
    "bold": ("*Proof:* read", "<b>Proof:</b> read"),
    "slanted": ("_at last_", "<i>at last</i>"),
    "struck": ("~old~", "<s>old</s>"),
    "code": ("`a_b *c*`", "<code>a_b *c*</code>"),
    "a link": ("<https://example.com/?a=1&amp;b=2|S-12>", '<a href="https://example.com/?a=1&amp;b=2">S-12</a>'),
    "a person": ("<@U0ANA> asks", '<span class="mention">@Ana Sousa</span> asks'),
    "a group": ("<!subteam^S0OPS>", '<span class="mention">@Operations</span>'),
    "an emoji": (":warning: now", '<span class="emoji">:warning:</span> now'),
    "two lines": ("a\nb", "a<br>b"),
    "escaped text": ("1 &lt; 2 &amp; 3 &gt; 2", "1 &lt; 2 &amp; 3 &gt; 2"),
    "no bold before a letter": ("*Proof:*read", "*Proof:*read"),
    "no bold next to a space": ("* Proof *", "* Proof *"),
    "a name with underlines": ("aws_s3_bucket", "aws_s3_bucket"),
    "an ARN": ("arn:aws:s3:::shop", "arn:aws:s3:::shop"),
}
PLAIN = {"type": "plain_text", "text": "x"}
NOT_DRAWN: dict[str, list[dict[str, Any]]] = {
    "a block of another type": [{"type": "video"}],
    "a picture": [{"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}],
    "a key of which nothing is shown": [SECTION | {"accessory": {"type": "button"}}],
    "another element": [{"type": "actions", "elements": [{"type": "users_select"}]}],
    "another input": [
        {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "checkboxes"}}
    ],
    "another face of rich text": [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": []}]}],
    "a mention of nobody": [{"type": "section", "text": {"type": "mrkdwn", "text": "<@U0NOBODY>"}}],
    "a broadcast": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}],
    "a bare sign": [{"type": "section", "text": {"type": "mrkdwn", "text": "1 < 2"}}],
}


@pytest.mark.parametrize("mark", list(MARKS))
def test_marks_are_read_as_slack_reads_them(mark: str) -> None:
    sent, shown = MARKS[mark]
    assert mrkdwn(sent, NAMES) == shown


@pytest.mark.parametrize("what", list(NOT_DRAWN))
def test_what_is_not_known_is_an_error(what: str) -> None:
    with pytest.raises(NotDrawn):
        draw_blocks(NOT_DRAWN[what], NAMES)


def test_every_part_of_a_message_is_in_its_picture() -> None:
    parts = (
        Notice(Level.WARNING, (Plain("look out"),)),
        Paragraph((Strong("Proof: "), Mention("Ana Sousa", "T0:U0ANA"), Link(" S-12", "https://example.com/S-12"))),
        Fields((("Owner", (Plain("Payments"),)),)),
        Listing(((Code("shop-1"), Plain(" is open")),), more=3),
        Diff(("- allowed", "+ removed <b>")),
    )
    body = message_body(Message(text="t", header="HIGH: <b>", parts=parts, buttons=(button("o", "Fix now…"),)))
    shown = channel("payments", [body], NAMES)
    for words in (
        *("<h3>HIGH: &lt;b&gt;</h3>", "look out", "<b>Proof:</b> ", "@Ana Sousa", "<b>Owner</b>", "Payments"),
        *("<code>shop-1</code> is open", "+ 3 more", "- allowed\n+ removed &lt;b&gt;", "Fix now…</button>"),
    ):
        assert words in shown


def test_a_menu_holds_its_entries() -> None:
    shown = channel("payments", [message_body(card())], NAMES)
    assert "<summary>⋯</summary>" in shown
    assert shown.count("<li>") == 2


def test_a_form_shows_its_inputs_and_its_words() -> None:
    inputs = (
        Input("reason", "Why?", InputKind.PARAGRAPH, hint="Someone reads this.", initial="because"),
        Input("until", "Until", InputKind.DATE, initial="2026-05-01", optional=True),
        Input("span", "How long?", InputKind.CHOICE, choices=(("4h", "4 hours"), ("1d", "1 day")), initial="1d"),
    )
    view = modal_view(Form("Accept risk", (Paragraph((Plain("x"),)),), "o-1", "Accept", inputs), external_id="k")
    shown = modal(view, NAMES)
    for words in ("Accept risk", "because", "Someone reads this.", "(optional)", "2026-05-01", "1 day ▾", ">Accept<"):
        assert words in shown


def test_the_page_and_the_thread_are_drawn_and_mixed_up_they_are_an_error() -> None:
    page = home_view([Message(text="My open cases: none.", header="Mine")])
    assert "Mine" in home(page, NAMES)
    said = message_body(Message(text="line", parts=(Paragraph((Plain("approved"),)),)))
    assert "1 reply<" in thread(said, [said], NAMES)
    with pytest.raises(NotDrawn):
        modal(page, NAMES)
    with pytest.raises(NotDrawn):
        home(json.loads(json.dumps(page | {"type": "modal"})), NAMES)
