"""Block Kit as HTML, for pictures of the very JSON that was sent. What is not known here is an error."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from scripts.slack_mrkdwn import NotDrawn, mrkdwn

Names = Mapping[str, str]
Json = Mapping[str, Any]


def draw_blocks(blocks: list[Json], names: Names) -> str:
    """The blocks of a message, a modal or the app's page. Raises NotDrawn for any that is not known here."""
    return "\n".join(_known(_BLOCKS, block)(block, names) for block in blocks)


def text_of(text: Json, names: Names) -> str:
    """A text object: in plain text nothing is markup."""
    _only(text, "text", "emoji", "verbatim")
    if text["type"] == "plain_text":
        return html.escape(text["text"])
    if text["type"] == "mrkdwn":
        return mrkdwn(text["text"], names)
    raise NotDrawn(f"a text of type {text['type']!r}")


def _known(table: Mapping[str, Callable[[Json, Names], str]], part: Json) -> Callable[[Json, Names], str]:
    if part.get("type") not in table:
        raise NotDrawn(f"{part.get('type')!r} is not drawn here; these are: {', '.join(table)}")
    return table[part["type"]]


def _only(part: Json, *keys: str) -> None:
    """Raises NotDrawn for a key of which the picture would say nothing."""
    more = part.keys() - {"type", "block_id", "action_id", *keys}
    if more:
        raise NotDrawn(f"{part.get('type')!r} has {', '.join(sorted(more))}, which is not drawn here")


def _header(block: Json, names: Names) -> str:
    _only(block, "text")
    return f"<h3>{text_of(block['text'], names)}</h3>"


def _section(block: Json, names: Names) -> str:
    _only(block, "text", "fields")
    text = f"<p>{text_of(block['text'], names)}</p>" if "text" in block else ""
    fields = "".join(f"<div>{text_of(each, names)}</div>" for each in block.get("fields", ()))
    return text + (f'<div class="fields">{fields}</div>' if fields else "")


def _context(block: Json, names: Names) -> str:
    _only(block, "elements")
    return f'<p class="context">{" ".join(text_of(each, names) for each in block["elements"])}</p>'


def _divider(block: Json, names: Names) -> str:
    _only(block)
    return "<hr>"


def _actions(block: Json, names: Names) -> str:
    _only(block, "elements")
    return f'<div class="actions">{"".join(_known(_ELEMENTS, each)(each, names) for each in block["elements"])}</div>'


def _rich_text(block: Json, names: Names) -> str:
    """Only what we send: a preformatted face of plain text."""
    _only(block, "elements")
    faces = []
    for face in block["elements"]:
        _only(face, "elements")
        styled = any(each.keys() != {"type", "text"} for each in face["elements"])
        if styled or face["type"] != "rich_text_preformatted":
            raise NotDrawn(f"a face of rich text of type {face['type']!r}, or with styles")
        faces.append(f"<pre>{html.escape(''.join(each['text'] for each in face['elements']))}</pre>")
    return "".join(faces)


def _input(block: Json, names: Names) -> str:
    _only(block, "label", "hint", "optional", "element")
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    hint = f'<p class="hint">{text_of(block["hint"], names)}</p>' if "hint" in block else ""
    element = _known(_INPUTS, block["element"])(block["element"], names)
    return f'<div class="input"><label>{text_of(block["label"], names)}{optional}</label>{element}{hint}</div>'


def _button(element: Json, names: Names) -> str:
    """``confirm`` is a dialog that follows the press; it is no part of the message."""
    _only(element, "text", "value", "style", "accessibility_label", "confirm")
    return f'<button class="{html.escape(element.get("style", ""))}">{text_of(element["text"], names)}</button>'


def _overflow(element: Json, names: Names) -> str:
    """The menu behind the three dots, closed until it is clicked."""
    _only(element, "options")
    entries = "".join(f"<li>{text_of(each['text'], names)}</li>" for each in element["options"])
    return f"<details><summary>⋯</summary><ul>{entries}</ul></details>"


def _line(element: Json, names: Names) -> str:
    _only(element, "multiline", "initial_value")
    initial = html.escape(element.get("initial_value", ""))
    return f'<div class="typed{" tall" if element.get("multiline") else ""}">{initial}</div>'


def _date(element: Json, names: Names) -> str:
    _only(element, "initial_date")
    return f'<div class="typed short">{html.escape(element.get("initial_date", "Select a date"))}</div>'


def _menu(element: Json, names: Names) -> str:
    _only(element, "options", "initial_option")
    chosen = element.get("initial_option")
    return f'<div class="typed short">{text_of(chosen["text"], names) if chosen else "Select an item"} ▾</div>'


_BLOCKS: Mapping[str, Callable[[Json, Names], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "rich_text": _rich_text,
    "input": _input,
}
_ELEMENTS = {"button": _button, "overflow": _overflow}
_INPUTS = {"plain_text_input": _line, "datepicker": _date, "static_select": _menu}
