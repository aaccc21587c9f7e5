"""The fake's Block Kit rules: each limit passes at its edge and is refused, by Slack's name, one beyond."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.slack.blocks import check_message_blocks
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.views import check_view

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(n: int = 0, **more: Any) -> Block:
    return {"type": "button", "text": plain("Go"), "action_id": f"a{n}", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, value: str = "v") -> list[Block]:
    return [{"text": plain("o"), "value": value} for _ in range(count)]


def overflow(count: int) -> Block:
    return {"type": "overflow", "action_id": "o", "options": options(count)}


def asked(element: Block) -> Block:
    return {"type": "input", "label": plain("Why"), "element": element}


def confirm(**more: Any) -> Block:
    return {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n"), **more}


# (name, blocks at the limit, blocks one beyond it)
EDGES: list[tuple[str, list[Block], list[Block]]] = [
    ("50 blocks", [section()] * 50, [section()] * 51),
    ("section text 3000", [section("x" * 3000)], [section("x" * 3001)]),
    ("section text 1", [section("x")], [section("")]),
    ("10 fields", [section(fields=[plain("f")] * 10)], [section(fields=[plain("f")] * 11)]),
    ("field 2000", [section(fields=[plain("f" * 2000)])], [section(fields=[plain("f" * 2001)])]),
    ("header 150", [{"type": "header", "text": plain("h" * 150)}], [{"type": "header", "text": plain("h" * 151)}]),
    ("header is plain", [{"type": "header", "text": plain("h")}], [{"type": "header", "text": mrkdwn("h")}]),
    (
        "10 in context",
        [{"type": "context", "elements": [mrkdwn("c")] * 10}],
        [{"type": "context", "elements": [mrkdwn("c")] * 11}],
    ),
    ("25 in actions", [actions(*map(button, range(25)))], [actions(*map(button, range(26)))]),
    ("an action at least", [actions(button())], [actions()]),
    ("button text 75", [actions(button(text=plain("b" * 75)))], [actions(button(text=plain("b" * 76)))]),
    ("button value 2000", [actions(button(value="v" * 2000))], [actions(button(value="v" * 2001))]),
    ("action_id 255", [actions(button(action_id="a" * 255))], [actions(button(action_id="a" * 256))]),
    (
        "accessibility label 75",
        [actions(button(accessibility_label="a" * 75))],
        [actions(button(accessibility_label="a" * 76))],
    ),
    ("styles", [actions(button(style="danger"))], [actions(button(style="default"))]),
    ("action ids differ", [actions(button(1), button(2))], [actions(button(1), button(1))]),
    ("block ids differ", [section(block_id="a"), section(block_id="b")], [section(block_id="a")] * 2),
    ("block_id 255", [section(block_id="a" * 255)], [section(block_id="a" * 256)]),
    ("5 overflow options", [actions(overflow(5))], [actions(overflow(6))]),
    (
        "confirm text 300",
        [actions(button(confirm=confirm()))],
        [actions(button(confirm=confirm(text=plain("c" * 301))))],
    ),
    (
        "confirm title 100",
        [actions(button(confirm=confirm(title=plain("c" * 100))))],
        [actions(button(confirm=confirm(title=plain("c" * 101))))],
    ),
    (
        "100 choices of 150",
        [asked({"type": "static_select", "options": options(100, "v" * 150)})],
        [asked({"type": "static_select", "options": options(1, "v" * 151)})],
    ),
    (
        "dates",
        [asked({"type": "datepicker", "initial_date": "2026-05-01"})],
        [asked({"type": "datepicker", "initial_date": "1 May"})],
    ),
    ("no unknown property", [section()], [section(colour="red")]),
    ("known blocks only", [{"type": "divider"}], [{"type": "marquee"}]),
    (
        "rich text is not empty",
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
            }
        ],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
    ),
    ("emoji count twice", [section("🩹" * 1500)], [section("🩹" * 1501)]),
]


@pytest.mark.parametrize(("name", "at_limit", "beyond"), EDGES, ids=[edge[0] for edge in EDGES])
def test_each_limit_holds_at_its_edge(name: str, at_limit: list[Block], beyond: list[Block]) -> None:
    check_message_blocks(at_limit)
    with pytest.raises(SlackError) as refused:
        check_message_blocks(beyond)
    assert refused.value.name == "invalid_blocks"
    assert all("[json-pointer:/blocks" in message for message in refused.value.messages)


def test_the_total_has_a_limit_that_no_single_block_reaches() -> None:
    check_message_blocks([section("x" * 3000)] * 4 + [section("x" * 1200)])
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks([section("x" * 3000)] * 4 + [section("x" * 1201)])


def test_blocks_that_are_no_list_are_another_error() -> None:
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        check_message_blocks({"type": "section"})


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain("t"), "blocks": [section()], **more}


LINE = {"type": "plain_text_input", "action_id": "value"}
VIEW_EDGES: list[tuple[str, Block, Block]] = [
    ("title 24", modal(title=plain("t" * 24)), modal(title=plain("t" * 25))),
    ("submit 24", modal(submit=plain("s" * 24)), modal(submit=plain("s" * 25))),
    ("close 24", modal(close=plain("c" * 24)), modal(close=plain("c" * 25))),
    ("private_metadata 3000", modal(private_metadata="p" * 3000), modal(private_metadata="p" * 3001)),
    ("callback_id 255", modal(callback_id="c" * 255), modal(callback_id="c" * 256)),
    ("external_id 255", modal(external_id="e" * 255), modal(external_id="e" * 256)),
    ("100 blocks", modal(blocks=[section()] * 100), modal(blocks=[section()] * 101)),
    ("inputs need a submit", modal(blocks=[asked(LINE)], submit=plain("s")), modal(blocks=[asked(LINE)])),
    ("no unknown property", modal(), modal(color="red")),
]


@pytest.mark.parametrize(("name", "at_limit", "beyond"), VIEW_EDGES, ids=[edge[0] for edge in VIEW_EDGES])
def test_each_limit_of_a_modal_holds_at_its_edge(name: str, at_limit: Block, beyond: Block) -> None:
    check_view(at_limit)
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(beyond)


def test_a_huge_view_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(blocks=[section("x" * 3000)] * 90))
