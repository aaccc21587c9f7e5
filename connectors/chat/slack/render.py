"""A Message as Slack's text and blocks, a Form as a modal, within every limit Slack has."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from connectors.chat.slack import limits
from connectors.chat.slack.buttons import actions_blocks, plain_text
from connectors.chat.slack.inputs import dates_asked, input_block
from connectors.chat.slack.parts import LEAST_ROOM, Block, blocks_of, fallback, more_line
from connectors.contract.message import Context, Form, Message, Paragraph, Part, Plain

REPEAT = Context((Plain("Possible repeat: the answer to an earlier send of this message was lost."),))
FORM = "form"  # the callback id of every modal of ours
WAITING = Form(title="One moment", parts=(Paragraph((Plain("Reading what it would change…"),)),), waiting=True)


def message_body(message: Message, *, repeat: bool = False) -> dict[str, Any]:
    """``text`` and ``blocks``. Both are always there: without blocks Slack would read the text as markup.

    Raises ValueError for buttons that Slack could not hand back (see buttons.action_of).
    """
    head: list[Block] = []
    if message.header:
        head = [{"type": "header", "text": plain_text(message.header, limits.HEADER)}]
    tail = [*(blocks_of(REPEAT, limits.FIELD) if repeat else []), *actions_blocks(message.buttons, message.overflow)]
    room = limits.MESSAGE_TOTAL - limits.all_text([*head, *tail])
    middle = _within(message.parts, room, limits.MESSAGE_BLOCKS - len(head) - len(tail))
    text = message.text or message.header
    if not head and not middle:
        middle = [{"type": "section", "text": plain_text(text, limits.SECTION)}]
    return {"text": fallback(text), "blocks": [*head, *middle, *tail]}


def modal_view(form: Form, *, external_id: str, channel: str = "") -> dict[str, Any]:
    """A modal. Its private metadata carries what the submission must know: the offer, the channel, the dates allowed.

    Raises ValueError for an input that Slack could not show truly (see inputs.input_block).
    """
    inputs = [input_block(one) for one in form.inputs]
    shown = _within(form.parts, limits.MESSAGE_TOTAL, limits.MODAL_BLOCKS - len(inputs))
    blocks = [*shown, *inputs] or blocks_of(WAITING.parts[0], limits.SECTION)
    kept = {"offer": form.offer, "channel": channel, "dates": dates_asked(form.inputs)}
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain_text(form.title, limits.MODAL_TITLE),
        "close": plain_text("Cancel" if form.submit else "Close", limits.MODAL_WORD),
        "blocks": blocks,
        "callback_id": FORM,
        "private_metadata": _metadata(kept),
        "external_id": external_id,
    }
    if form.submit or inputs:
        view["submit"] = plain_text(form.submit or "Submit", limits.MODAL_WORD)
    return view


def home_view(sections: Sequence[Message]) -> dict[str, Any]:
    """The app's own page: each section whole or not at all, what does not fit is counted.

    Raises ValueError for buttons that Slack could not hand back (see buttons.action_of).
    """
    blocks: list[Block] = []
    room = limits.HOME_TOTAL
    for place, section in enumerate(sections):
        drawn = message_body(section)["blocks"]
        if len(blocks) + len(drawn) + 1 > limits.HOME_BLOCKS or limits.all_text(drawn) > room:
            blocks += more_line(len(sections) - place, "sections")
            break
        blocks += drawn
        room -= limits.all_text(drawn)
    return {"type": "home", "blocks": blocks}


def _metadata(kept: dict[str, Any]) -> str:
    text = json.dumps(kept, separators=(",", ":"))
    if len(text) > limits.PRIVATE_METADATA:  # the dates are a courtesy: the guard checks them again
        text = json.dumps({**kept, "dates": {}}, separators=(",", ":"))
    return text


def _within(parts: Sequence[Part], room: int, most: int) -> list[Block]:
    """The parts in order, as far as they go; what is left off is counted in a last line."""
    blocks: list[Block] = []
    room -= limits.MORE_ROOM
    for place, part in enumerate(parts):
        drawn = blocks_of(part, room) if room >= LEAST_ROOM else []
        if room < LEAST_ROOM or len(blocks) + len(drawn) + 1 > most:
            return [*blocks, *more_line(len(parts) - place, "sections")]
        blocks += drawn
        room -= limits.all_text(drawn)
    return blocks
