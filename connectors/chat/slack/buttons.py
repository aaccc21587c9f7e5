"""Buttons: ``press:<offer>`` or ``form:<offer>`` as the action, and nothing but the offer's id as the value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from connectors.chat.slack import limits
from connectors.chat.slack.escape import on_one_line
from connectors.contract.message import Button, Style

MENU = "menu:"
_OFFER = re.compile(r"[A-Za-z0-9._:~-]{1,128}")


def plain_text(text: str, most: int) -> dict[str, Any]:
    """A text object in which nothing is markup, not even an emoji's name."""
    return {"type": "plain_text", "text": limits.cut(on_one_line(text), most) or "–", "emoji": False}


def is_offer(offer: str) -> bool:
    return bool(_OFFER.fullmatch(offer))


def action_of(button: Button) -> str:
    """Raises ValueError for an offer id that could not come back whole."""
    if not is_offer(button.offer):
        raise ValueError(
            f"offer id {button.offer[:40]!r}: 1 to 128 of A-Z a-z 0-9 . _ : ~ - are possible in a Slack button"
        )
    return f"{'form' if button.opens_form else 'press'}:{button.offer}"


def actions_blocks(buttons: Sequence[Button], overflow: Sequence[Button]) -> list[dict[str, Any]]:
    """One actions block, or none. A menu holds five; a sixth opens a second menu; a lone entry is a plain button."""
    shown, hidden = _distinct(buttons), _distinct(overflow)
    if len(hidden) == 1:
        shown, hidden = [*shown, *hidden], []
    menus = [hidden[n : n + limits.OVERFLOW] for n in range(0, len(hidden), limits.OVERFLOW)]
    elements = [_button(one) for one in shown] + [_menu(n, entries) for n, entries in enumerate(menus)]
    if not elements:
        return []
    if len(elements) > limits.BUTTONS:
        raise ValueError(f"{len(elements)} buttons on one message; Slack takes {limits.BUTTONS}")
    return [{"type": "actions", "elements": elements}]


def _distinct(buttons: Sequence[Button]) -> list[Button]:
    """The same offer twice is one button: Slack refuses a message in which an action id is repeated."""
    return list({action_of(button): button for button in buttons}.values())


def _button(button: Button) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "button",
        "text": plain_text(button.label, limits.BUTTON),
        "action_id": action_of(button),
        "value": button.offer,
        "accessibility_label": limits.cut(
            on_one_line(button.accessibility_label or button.label), limits.ACCESSIBILITY
        ),
    }
    if button.style is not Style.DEFAULT:
        element["style"] = button.style.value
    if button.style is Style.DANGER and not button.opens_form:
        element["confirm"] = _confirm(button)
    return element


def _confirm(button: Button) -> dict[str, Any]:
    """A dangerous act that opens no form of its own asks once more."""
    return {
        "title": plain_text("Are you sure?", limits.CONFIRM_TITLE),
        "text": plain_text(button.accessibility_label or button.label, limits.CONFIRM_TEXT),
        "confirm": plain_text(button.label, limits.CONFIRM_WORD),
        "deny": plain_text("Cancel", limits.CONFIRM_WORD),
        "style": "danger",
    }


def _menu(place: int, entries: Sequence[Button]) -> dict[str, Any]:
    """In a menu the entry's value has to say what the button's action says elsewhere."""
    options = [{"text": plain_text(entry.label, limits.OPTION), "value": action_of(entry)} for entry in entries]
    return {"type": "overflow", "action_id": f"{MENU}{place}", "options": options}
