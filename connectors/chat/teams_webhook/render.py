"""A Message as the body that a Workflows webhook takes: one Adaptive Card 1.5, within Teams' 28 KB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.chat.teams_webhook import limits
from connectors.chat.teams_webhook.escape import is_address, markdown_text, run_text
from connectors.chat.teams_webhook.parts import Element, elements_of, more_line, text_block
from connectors.contract.message import (
    Button,
    Context,
    Diff,
    Fields,
    Listing,
    Message,
    Notice,
    Paragraph,
    Part,
    Plain,
    Strong,
    Style,
)

REPEAT = Context((Plain("Possible repeat: the answer to an earlier send of this card was lost."),))
_STYLES = {Style.DEFAULT: {}, Style.PRIMARY: {"style": "positive"}, Style.DANGER: {"style": "destructive"}}
_LEAST_FIRST = (Diff, Listing, Context, Fields, Paragraph, Notice)  # what goes first where not all of it fits


def message_body(message: Message, links: Mapping[str, str], *, repeat: bool = False) -> dict[str, Any]:
    """The body to post. ``links`` gives the address behind each button, by its offer; one without is not shown.

    What does not fit is left out from the least important kind of part, the last one first, and counted at the end.
    """
    drawn = [elements_of(part) for part in message.parts]
    bare = limits.weight(_body(message, (), links, repeat))
    room = limits.BODY_BYTES - bare - sum(limits.weight(elements) for elements in drawn)
    left_out: set[int] = set()
    for place in sorted(range(len(drawn)), key=lambda place: _missed(message.parts[place], place)):
        if room < 0:
            left_out.add(place)
            room += limits.weight(drawn[place])
    kept = [elements for place, elements in enumerate(drawn) if place not in left_out]
    return _body(message, kept, links, repeat)


def _missed(part: Part, place: int) -> tuple[int, int]:
    """How much a part would be missed, least first: by its kind, and the later the less."""
    return _LEAST_FIRST.index(type(part)), -place


def _body(message: Message, kept: Sequence[list[Element]], links: Mapping[str, str], repeat: bool) -> dict[str, Any]:
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "en",
        "fallbackText": markdown_text(limits.cut(message.text or message.header, limits.FALLBACK)),
        "msteams": {"width": "Full"},
        "body": [
            *_head(message),
            *(element for elements in kept for element in elements),
            *more_line(len(message.parts) - len(kept), "sections"),
            *(elements_of(REPEAT) if repeat else []),
        ],
    }
    actions = _actions(message, links)
    if actions:
        card["actions"] = actions
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _head(message: Message) -> list[Element]:
    """Who speaks, as the heading a screen reader jumps to: the post itself comes in the workflow owner's name."""
    heading: Element = {"type": "TextBlock", "text": "Suture", "style": "heading", "size": "Small", "isSubtle": True}
    title = message.header or message.text
    return [heading, *text_block((Strong(title),), limits.HEADER, size="Large", spacing="None")]


def _actions(message: Message, links: Mapping[str, str]) -> list[Element]:
    """Buttons that open a page. What is pressed less often goes into the menu behind the dots."""
    shown = [_action(button, links) for button in (*message.buttons, *message.overflow)]
    early = min(len(message.buttons), limits.PRIMARY)
    placed = [action if place < early else action | {"mode": "secondary"} for place, action in enumerate(shown)]
    return [action for action in placed if action["url"]]


def _action(button: Button, links: Mapping[str, str]) -> Element:
    url = links.get(button.offer, "")
    return {
        "type": "Action.OpenUrl",
        "title": limits.cut(run_text(button.label), limits.BUTTON),
        "tooltip": limits.cut(run_text(button.accessibility_label or button.label), limits.TOOLTIP),
        "url": url if is_address(url) else "",
        **_STYLES[button.style],
    }
