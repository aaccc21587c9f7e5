"""What is drawn: text stays text, links and mentions come from their spans alone, and every limit holds."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.chat.slack.escape import drawn, is_address, mrkdwn
from connectors.chat.slack.limits import all_text
from connectors.chat.slack.render import WAITING, home_view, message_body, modal_view
from connectors.contract.message import (
    Code,
    Context,
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
    Part,
    Plain,
    Span,
    Strong,
    Style,
)
from tests.connectors.chat.slack.cards import button, card, mrkdwn_strings, tokens
from tests.fakes.slack.blocks import check_message_blocks
from tests.fakes.slack.elements import length
from tests.fakes.slack.story import texts
from tests.fakes.slack.views import check_view

HOSTILE = [
    "<!channel>", "<!here|here>", "<!everyone>", "<@U0EVE>", "<#C0GENERAL>", "<!subteam^S0OPS>", "<https://evil.example|ok>",
    "<!date^1392734382^{date}|x>",
    "&lt;!channel&gt;", "```", "`", "*", "_", "~", ">", "<", "&", "|", "\n", "\u202e", "\u200b",
    "<mailto:a@example.com|b>", "https://evil.example", "@here", "\ud800", "\x00", "🩹",
]  # fmt: skip
untrusted = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), max_size=8).map("".join)
text_spans: st.SearchStrategy[Span] = st.one_of(
    untrusted.map(Plain),
    untrusted.map(Strong),
    untrusted.map(Code),
    untrusted.map(lambda url: Link("text", "javascript:" + url)),
    untrusted.map(lambda text: Link(text, f"https://x.example/ {text}")),
    st.builds(lambda name, id: Mention(name, "<" + id), untrusted, untrusted),
)
spans = st.lists(text_spans, max_size=4).map(tuple)
parts: st.SearchStrategy[Part] = st.one_of(
    spans.map(Paragraph),
    spans.map(Context),
    st.lists(spans, max_size=4).map(lambda rows: Listing(tuple(rows))),
    st.lists(st.tuples(untrusted, spans), max_size=12).map(lambda pairs: Fields(tuple(pairs))),
    st.lists(untrusted, max_size=4).map(lambda lines: Diff(tuple(lines))),
    st.builds(Notice, st.sampled_from(Level), spans),
)
messages = st.builds(
    Message,
    text=untrusted,
    header=untrusted,
    parts=st.lists(parts, max_size=5).map(tuple),
    buttons=untrusted.map(lambda label: (button("o-1", label),)),
)


@given(messages)
def test_no_text_ever_becomes_a_token(message: Message) -> None:
    body = message_body(message)
    assert [token for text in mrkdwn_strings(body) for token in tokens(text)] == []


@given(messages)
def test_whatever_the_text_slack_takes_the_message(message: Message) -> None:
    body = message_body(message)
    check_message_blocks(body["blocks"])
    json.dumps(body, ensure_ascii=False).encode()


@given(messages)
def test_nothing_invisible_reaches_a_reader(message: Message) -> None:
    body = message_body(message)
    own_emoji = {"\ufe0f"}  # variation selectors are marks, not format characters
    hidden = [
        c for text in [body["text"], *texts(body["blocks"])] for c in text if unicodedata.category(c) in ("Cf", "Cs")
    ]
    assert set(hidden) <= own_emoji
    assert "\x00" not in json.dumps(body, ensure_ascii=False)


@given(st.text(alphabet="abcXYZ019 ._-/&<>*'", max_size=40))
def test_plain_text_reads_as_it_was(text: str) -> None:
    written = drawn(Plain(text)).translate(str.maketrans("∗＿∼›꞉", "*_~>:"))  # the doubles of marks that could open
    assert written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(st.lists(text_spans | st.just(Link("docs", "https://example.com/a?b&c")), max_size=6), st.integers(41, 400))
def test_a_cut_stays_within_its_room_and_never_splits_an_entity_or_a_link(found: list[Span], room: int) -> None:
    written = mrkdwn(tuple(found), room)
    assert length(written) <= room
    assert not re.search(r"&(?!amp;|lt;|gt;)", written)
    assert set(tokens(written)) <= {"https://example.com/a?b&amp;c|docs"}


def test_a_cut_counts_what_it_left_off() -> None:
    written = mrkdwn((Plain("x" * 3000), Plain("y" * 500)), 1000)
    kept = written.count("x")
    assert written.endswith(f"… + {3500 - kept:,} more characters")


def test_links_and_mentions_come_from_their_spans() -> None:
    shown = list(mrkdwn_strings(message_body(card())))
    found = {token for text in shown for token in tokens(text)}
    assert found == {"@U0ANA", "https://console.example.com/a?b=1&amp;c=2|host-1"}
    assert drawn(Mention("Ops", "S0OPS")) == "<!subteam^S0OPS>"
    assert drawn(Mention("Ana & Bo")) == "Ana &amp; Bo"
    assert drawn(Link("a|b>c", "https://example.com")) == "<https://example.com|a|b&gt;c>"


BAD = [
    "javascript:alert(1)",
    "https://a b",
    "https://a>b",
    "https://a|b",
    "ftp://a",
    "",
    "https://ü",
    f"https://{'a' * 3000}",
]


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_could_break_out_is_not_linked(url: str) -> None:
    assert not is_address(url)
    assert tokens(drawn(Link("text", url))) == []


def test_the_space_around_bold_text_stays_outside_its_marks() -> None:
    assert mrkdwn((Strong("Proof: "), Plain("read back"), Strong(" twice")), 100) == "*Proof:* read back *twice*"


def test_a_hint_of_its_own_is_not_said_twice() -> None:
    until = Input("until", "Until", InputKind.DATE, hint="2026-06-01 at the latest", latest=date(2026, 6, 1))
    view = modal_view(Form("Accept", (), "o-1", "Accept", (until,)), external_id="k")
    assert view["blocks"][0]["hint"]["text"] == "2026-06-01 at the latest"


def test_a_click_carries_the_offer_and_nothing_else() -> None:
    blocks = message_body(card())["blocks"]
    elements = blocks[-1]["elements"]
    assert [(e["action_id"], e.get("value")) for e in elements] == [
        ("form:o-fix", "o-fix"), ("press:o-mine", "o-mine"), ("menu:0", None),
    ]  # fmt: skip
    assert [o["value"] for o in elements[2]["options"]] == ["form:o-accept", "press:o-no"]
    assert elements[0]["accessibility_label"] == "Fix now… for sg-12 in production"
    assert elements[0]["style"] == "primary"
    assert "style" not in elements[1]


def test_a_terminal_message_has_no_buttons() -> None:
    done = Message(text="Fixed: SSH on sg-12", header="Fixed", parts=(Paragraph((Plain("Gone."),)),))
    assert "actions" not in [block["type"] for block in message_body(done)["blocks"]]


def test_a_dangerous_act_without_a_form_asks_once_more() -> None:
    body = message_body(Message(text="t", buttons=(button("o", "Stop", style=Style.DANGER),)))
    assert body["blocks"][-1]["elements"][0]["confirm"]["confirm"]["text"] == "Stop"
    asking = message_body(Message(text="t", buttons=(button("o", "Stop…", style=Style.DANGER, opens_form=True),)))
    assert "confirm" not in asking["blocks"][-1]["elements"][0]


def test_a_menu_of_more_than_five_becomes_two_and_one_alone_a_button() -> None:
    six = tuple(button(f"o-{n}", f"Act {n}") for n in range(6))
    menus = message_body(Message(text="t", overflow=six))["blocks"][-1]["elements"]
    assert [len(menu["options"]) for menu in menus] == [5, 1]
    alone = message_body(Message(text="t", overflow=six[:1]))["blocks"][-1]["elements"]
    assert [e["type"] for e in alone] == ["button"]


def test_one_offer_shown_twice_is_one_button() -> None:
    body = message_body(Message(text="t", buttons=(button("o", "A"), button("o", "A"))))
    assert len(body["blocks"][-1]["elements"]) == 1


@pytest.mark.parametrize("offer", ["", "a b", "x" * 129, "a\n", "é", "<!channel>"])
def test_an_offer_that_could_not_come_back_is_an_error(offer: str) -> None:
    with pytest.raises(ValueError, match="offer id"):
        message_body(Message(text="t", buttons=(button(offer, "A"),)))


def test_a_line_without_parts_is_shown_as_plain_text() -> None:
    body = message_body(Message(text="Ana took it <!channel>"))
    assert body["blocks"] == [
        {"type": "section", "text": {"type": "plain_text", "text": "Ana took it <!channel>", "emoji": False}}
    ]
    assert body["text"] == "Ana took it &lt;!channel&gt;"


def test_a_diff_is_never_read_as_markup() -> None:
    body = message_body(Message(text="t", parts=(Diff(("- tcp 22 from 0.0.0.0/0", "+ ``` <!channel>")),)))
    face = body["blocks"][0]["elements"][0]
    assert face["type"] == "rich_text_preformatted"
    assert face["elements"][0]["text"] == "- tcp 22 from 0.0.0.0/0\n+ ``` <!channel>"


def unseen(blocks: list[dict[str, Any]], word: str) -> int:
    """The n of the last ``+ n more``."""
    found = re.findall(rf"\+ ([\d,]+) more{word}", "\n".join(texts(blocks)))
    return int(found[-1].replace(",", ""))


def test_five_hundred_rows_are_cut_with_a_true_count() -> None:
    rows = tuple((Plain(f"host-{n}.example.com "), Code(f"i-{n:08}")) for n in range(500))
    body = message_body(Message(text="t", header="h", parts=(Listing(rows, more=7),)))
    shown = "\n".join(texts(body["blocks"])).count("• ")
    assert 20 < shown < 500
    assert shown + unseen(body["blocks"], "$") == 507


def test_a_huge_message_keeps_its_header_and_its_buttons() -> None:
    listing = Listing(tuple((Plain(f"row {n} " + "&" * 50),) for n in range(500)))
    diff = Diff(tuple(f"- line {n} {'x' * 60}" for n in range(500)))
    paragraph = Paragraph((Plain("<" * 9000),))
    fields = Fields(tuple((f"label {n}", (Plain("v" * 3000),)) for n in range(14)))
    pile = (listing, diff, paragraph, fields) * 12
    message = Message(text="t" * 9000, header="h" * 400, parts=pile, buttons=card().buttons, overflow=card().overflow)
    body = message_body(message, repeat=True)
    check_message_blocks(body["blocks"])
    assert all_text(body["blocks"]) <= 10_000
    assert len(body["blocks"]) <= 30
    assert length(body["text"]) <= 3000
    assert [body["blocks"][0]["type"], body["blocks"][-1]["type"]] == ["header", "actions"]
    assert "Possible repeat" in body["blocks"][-2]["elements"][0]["text"]
    assert 0 < unseen(body["blocks"], " sections") < len(pile)


def test_eleven_fields_show_ten_and_say_so() -> None:
    pairs = tuple((f"f{n}", (Plain("v"),)) for n in range(11))
    blocks = message_body(Message(text="t", parts=(Fields(pairs),)))["blocks"]
    assert len(blocks[0]["fields"]) == 10
    assert blocks[1]["elements"][0]["text"] == "+ 1 more field"


def test_thirty_small_parts_too_many_are_counted() -> None:
    many = tuple(Paragraph((Plain(f"p{n}"),)) for n in range(60))
    blocks = message_body(Message(text="t", parts=many))["blocks"]
    assert len(blocks) == 30
    assert unseen(blocks, " sections") == 60 - 29


INPUTS = (
    Input("reason", "Why", InputKind.PARAGRAPH, hint="For the trail", initial="because"),
    Input("until", "Until", InputKind.DATE, latest=date(2026, 6, 1), initial="2026-05-01"),
    Input("fix", "Which", InputKind.CHOICE, choices=(("a", "A"), ("b", "B")), initial="b", optional=True),
    Input("note", "Note", InputKind.LINE, optional=True),
)


def test_a_form_is_a_modal_slack_takes() -> None:
    form = Form("Accept the risk of S-12 until a day", (Paragraph((Plain("x"),)),), "o-9", "Accept", INPUTS)
    view = modal_view(form, external_id="k", channel="C0PAY")
    check_view(view)
    assert len(view["title"]["text"]) == 24
    assert json.loads(view["private_metadata"])["offer"] == "o-9"
    by_name = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert by_name["input:until"]["hint"]["text"] == "Until 2026-06-01."
    assert by_name["input:until"]["element"]["initial_date"] == "2026-05-01"
    assert by_name["input:fix"]["element"]["initial_option"]["value"] == "b"
    assert by_name["input:reason"]["element"]["multiline"] is True


def test_a_form_that_only_shows_has_no_submit() -> None:
    for form in (WAITING, Form("Plan", (Diff(("- a", "+ b")),))):
        view = modal_view(form, external_id="k")
        check_view(view)
        assert "submit" not in view
        assert view["close"]["text"] == "Close"


@pytest.mark.parametrize("choices", [(), (("v" * 151, "long"),), tuple((str(n), "x") for n in range(101))])
def test_choices_slack_could_not_show_truly_are_an_error(choices: tuple[tuple[str, str], ...]) -> None:
    asked = Form("t", (), "o", "Go", (Input("c", "C", InputKind.CHOICE, choices=choices),))
    with pytest.raises(ValueError, match="choice"):
        modal_view(asked, external_id="k")


@given(st.lists(parts, max_size=6).map(tuple), untrusted, untrusted)
def test_whatever_the_text_slack_takes_the_form(found: tuple[Part, ...], title: str, label: str) -> None:
    form = Form(title, found, "o-1", "Go", (Input("reason", label, InputKind.LINE, hint=label, initial=label),))
    check_view(modal_view(form, external_id="k"))


def test_a_page_of_sections_stays_within_a_hundred_blocks_and_counts_the_rest() -> None:
    rows = tuple((Plain("x" * 80),) for _ in range(30))
    section = Message(text="t", header="My open cases: 30", parts=(Listing(rows),) * 8)
    view = home_view([section] * 40)
    assert view["type"] == "home"
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000
    shown = sum(block["type"] == "header" for block in view["blocks"])
    assert f"+ {40 - shown} more sections" in json.dumps(view["blocks"][-1])


def test_a_short_page_is_whole() -> None:
    view = home_view([Message(text="None."), Message(text="two", header="two", buttons=card().buttons)])
    assert [block["type"] for block in view["blocks"]] == ["section", "header", "actions"]
