"""What a Message looks like as an Adaptive Card: by Microsoft's schema, within 28 KB, honest about what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.chat.teams_webhook import limits
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
    Style,
)
from tests.connectors.chat.slack.cards import button, card
from tests.fakes.teams.card import Shown, problems
from tests.fakes.teams.endpoint import MOST_BYTES


def drawn(message: Message, **more: Any) -> Shown:
    offers = [each.offer for each in (*message.buttons, *message.overflow)]
    body = message_body(message, {offer: f"https://suture.example.com/confirm/{offer}" for offer in offers}, **more)
    assert problems(body) == []
    assert len(json.dumps(body)) <= MOST_BYTES
    return Shown(body)


def runs(shown: Shown) -> list[dict[str, Any]]:
    return [run for part in shown.card["body"] for run in part.get("inlines", [])]


def test_every_kind_of_part_is_drawn_by_the_schema() -> None:
    shown = drawn(
        Message(
            text="HIGH open: x",
            header="High: x",
            parts=(
                *(Notice(level, (Plain(f"as {level.value}"),)) for level in Level),
                Paragraph((Strong("Bold "), Plain("plain "), Code("code"), Mention("Ana", "U0ANA"))),
                Fields((("Owner", (Strong("Payments"),)), ("Nothing", ()), ("Third", (Plain("3"),)))),
                Listing(((Code("host-1"), Plain(" open")), (Plain("host-2"),)), more=38),
                Diff(("- tcp 22 from 0.0.0.0/0", "+ nothing", "  kept")),
                Context((Link("S-12", "https://suture.example.com/cases/S-12"), Plain(" · CVE-2014-0160"))),
            ),
        )
    )

    assert shown.lines[:2] == ["Suture", "High: x"]
    for expected in (
        "Note: as info",
        "Warning: as warning",
        "Problem: as error",
        "Good: as success",
        "Bold plain codeAna",
        "• host-1 open",
        "+ 38 more",
        "- tcp 22 from 0.0.0.0/0",
        "S-12 · CVE-2014-0160",
        "–",
    ):
        assert expected in shown.lines
    assert shown.links == ["https://suture.example.com/cases/S-12"]


def test_the_looks_say_what_the_words_say() -> None:
    shown = drawn(Message(text="x", parts=(Paragraph((Strong("a"), Code("b"), Link("c", "https://example.com/"))),)))
    bold, fixed, link = runs(shown)[-3:]

    assert bold["weight"] == "Bolder"
    assert fixed["fontType"] == "Monospace"
    assert link["selectAction"] == {"type": "Action.OpenUrl", "url": "https://example.com/"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "https://u:p@example.com/", "//x", ""])
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    assert drawn(Message(text="x", parts=(Paragraph((Link("c", url),)),))).links == []


def test_buttons_open_pages_and_the_rest_is_in_the_menu() -> None:
    shown = drawn(card())
    actions = shown.card["actions"]

    assert list(shown.buttons) == ["Fix now…", "I'm on it", "Accept risk…", "Not mine"]
    assert [action.get("mode") for action in actions] == [None, None, "secondary", "secondary"]
    assert actions[0]["style"] == "positive"
    assert actions[0]["tooltip"] == "Fix now… for sg-12 in production"
    assert {action["type"] for action in actions} == {"Action.OpenUrl"}


def test_what_teams_would_hide_goes_into_the_menu() -> None:
    many = tuple(button(f"o-{n}", f"Act {n}", style=Style.DANGER) for n in range(9))
    actions = drawn(Message(text="x", buttons=many)).card["actions"]

    assert [action.get("mode") for action in actions] == [None] * 6 + ["secondary"] * 3


def test_a_button_without_an_address_is_not_shown() -> None:
    body = message_body(Message(text="x", buttons=(Button("o-1", "Fix", "Fix it"),)), {})

    assert "actions" not in body["attachments"][0]["content"]


def test_the_least_important_goes_first_and_is_counted() -> None:
    long = "é" * 1_000  # six bytes each on the wire
    shown = drawn(
        Message(
            text="x",
            header="Header",
            parts=(
                Notice(Level.ERROR, (Plain("must not be overlooked"),)),
                Paragraph((Plain("a paragraph " + long),)),
                Fields((("Owner", (Plain("Payments"),)),)),
                Listing(tuple((Plain(f"row {n} {long}"),) for n in range(20))),
                Diff(tuple(f"+ line {n} {long}" for n in range(40))),
                Context((Plain("S-12 small print"),)),
            ),
        )
    )

    assert "Problem: must not be overlooked" in shown.lines
    assert any(line.startswith("a paragraph") for line in shown.lines)
    assert "S-12 small print" in shown.lines
    assert not any(line.startswith(("+ line", "• row")) for line in shown.lines)
    assert "+ 2 more sections" in shown.lines


def test_however_much_it_is_it_fits() -> None:
    wall = "\u00e9𝔘\n" * 5_000
    parts = tuple(Paragraph((Strong(wall), Plain(wall))) for _ in range(200))
    shown = drawn(Message(text=wall, header=wall, parts=parts, buttons=(button("o", wall),)), repeat=True)

    assert limits.weight(shown.body) <= limits.BODY_BYTES
    assert any("more sections" in line for line in shown.lines)


def test_what_is_cut_says_how_much() -> None:
    shown = drawn(Message(text="x", parts=(Paragraph((Plain("a" * 1_300), Strong("b" * 10))),)))

    assert shown.lines[-1].endswith("… + 110 more characters")


def test_rows_and_fields_beyond_the_room_are_counted() -> None:
    rows = tuple((Plain(f"host-{n}"),) for n in range(25))
    fields = tuple((f"Label {n}", (Plain("x"),)) for n in range(12))
    shown = drawn(Message(text="x", parts=(Listing(rows, more=100), Fields(fields))))

    assert "+ 105 more" in shown.lines
    assert "+ 2 more fields" in shown.lines


def test_old_clients_and_empty_messages_get_a_line() -> None:
    assert drawn(Message(text="HIGH open: x")).card["fallbackText"] == "HIGH open: x"
    assert drawn(Message(text="", header="Only a header")).card["fallbackText"] == "Only a header"
    assert drawn(Message(text="only text")).lines == ["Suture", "only text"]
    assert (
        drawn(Message(text="x", parts=(Paragraph(()), Context((Plain(" "),)), Diff(()), Listing(())))).lines[2:] == []
    )
