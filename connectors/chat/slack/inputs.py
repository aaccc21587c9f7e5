"""The inputs of a form as Slack's input blocks, and back: what was typed, and whether a date is within its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from connectors.chat.slack import limits
from connectors.chat.slack.buttons import plain_text
from connectors.contract.message import Input, InputKind
from connectors.text import visible

PREFIX = "input:"
ELEMENT = "value"
Bounds = Mapping[str, Sequence[str]]


def input_block(one: Input) -> dict[str, Any]:
    """One input. Raises ValueError for choices whose values Slack would not take (150 characters, 100 of them)."""
    block: dict[str, Any] = {
        "type": "input",
        "block_id": PREFIX + one.name,
        "label": plain_text(one.label, limits.LABEL),
        "optional": one.optional,
        "element": {**_element(one), "action_id": ELEMENT},
    }
    hint = one.hint or _bounds_in_words(one)
    if hint:
        block["hint"] = plain_text(hint, limits.HINT)
    return block


def dates_asked(inputs: Sequence[Input]) -> dict[str, list[str]]:
    """The bounds of each date, for the check on submission: Slack's date picker has none of its own."""
    return {
        one.name: [one.earliest.isoformat() if one.earliest else "", one.latest.isoformat() if one.latest else ""]
        for one in inputs
        if one.kind is InputKind.DATE and (one.earliest or one.latest)
    }


def wrong_dates(typed: Mapping[str, str], bounds: Bounds) -> dict[str, str]:
    """What to say at each date that is out of bounds, by the block's id."""
    wrong: dict[str, str] = {}
    for name, (earliest, latest) in bounds.items():
        day = typed.get(name, "")
        if day and earliest and day < earliest:
            wrong[PREFIX + name] = f"Not before {earliest}."
        elif day and latest and day > latest:
            wrong[PREFIX + name] = f"Not after {latest}."
    return wrong


def _element(one: Input) -> dict[str, Any]:
    match one.kind:
        case InputKind.DATE:
            return {"type": "datepicker", **_initial_date(one.initial)}
        case InputKind.CHOICE:
            return _menu(one)
        case InputKind.LINE | InputKind.PARAGRAPH:
            initial = limits.cut(visible(one.initial), limits.TYPED)
            begun = {"initial_value": initial} if initial else {}
            return {"type": "plain_text_input", "multiline": one.kind is InputKind.PARAGRAPH, **begun}


def _initial_date(initial: str) -> dict[str, str]:
    try:
        return {"initial_date": date.fromisoformat(initial).isoformat()}
    except ValueError:  # typed elsewhere, and no date: Slack's own picker begins empty
        return {}


def _menu(one: Input) -> dict[str, Any]:
    if not 1 <= len(one.choices) <= limits.CHOICES:
        raise ValueError(f"input {one.name!r} has {len(one.choices)} choices; a Slack menu takes 1 to {limits.CHOICES}")
    if any(not 1 <= limits.size(value) <= limits.OPTION_VALUE for value, _ in one.choices):
        raise ValueError(f"input {one.name!r}: a choice's value has 1 to {limits.OPTION_VALUE} characters in Slack")
    options = [{"text": plain_text(label, limits.OPTION), "value": value} for value, label in one.choices]
    begun = [option for option in options if option["value"] == one.initial]
    return {"type": "static_select", "options": options, **({"initial_option": begun[0]} if begun else {})}


def _bounds_in_words(one: Input) -> str:
    bounds = dates_asked([one]).get(one.name, ["", ""])
    words = [f"from {bounds[0]}" if bounds[0] else "", f"until {bounds[1]}" if bounds[1] else ""]
    said = " ".join(word for word in words if word)
    return f"{said.capitalize()}." if said else ""
