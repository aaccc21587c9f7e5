"""Block Kit's rules for messages, as Slack checks them: every limit, and where it was broken.

From docs.slack.dev/reference/block-kit, slack_sdk's own models, and bolt-js#2509 for the total that no page documents.
Lengths are UTF-16 units, the strictest reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.slack.elements import Problems, check_element, check_text, length
from tests.fakes.slack.errors import SlackError

MESSAGE_BLOCKS, MODAL_BLOCKS = 50, 100
TOTAL_TEXT = 13_200
_BLOCK_KEYS = {
    "header": {"text"},
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set[str](),
    "image": {"image_url", "alt_text", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "rich_text": {"elements"},
    "markdown": {"text"},
}


def check_message_blocks(blocks: object) -> None:
    """Raises SlackError ``invalid_blocks_format``, ``invalid_blocks`` or ``msg_blocks_too_long``."""
    problems = find_problems(blocks, MESSAGE_BLOCKS)
    if problems:
        raise SlackError("invalid_blocks", problems)
    if all_text(blocks) > TOTAL_TEXT:
        raise SlackError("msg_blocks_too_long")


def find_problems(blocks: object, most: int) -> list[str]:
    """Every problem of a list of blocks, each with its JSON pointer."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = Problems()
    if len(blocks) > most:
        problems.add("/blocks", f"no more than {most} items allowed")
    names: set[str] = set()
    for place, block in enumerate(blocks):
        _check_block(problems, f"/blocks/{place}", block, names)
    return problems.found


def all_text(part: object) -> int:
    """How long all the texts of the blocks are together."""
    if isinstance(part, dict):
        own = length(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(all_text(value) for value in part.values() if not isinstance(value, str))
    return sum(all_text(item) for item in part) if isinstance(part, list) else 0


def _check_block(problems: Problems, at: str, block: object, names: set[str]) -> None:
    if not isinstance(block, dict) or block.get("type") not in _BLOCK_KEYS:
        problems.add(at, "unsupported block type")
        return
    kind = block["type"]
    for key in block.keys() - _BLOCK_KEYS[kind] - {"type", "block_id"}:
        problems.add(at, f"invalid additional property: {key}")
    name = block.get("block_id")
    if name is not None:
        problems.limit(f"{at}/block_id", name, 255)
        if name in names:
            problems.add(f"{at}/block_id", "`block_id` already exists, should be unique")
        names.add(str(name))
    _CHECKS[kind](problems, at, block)


def _header(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    check_text(problems, f"{at}/text", block.get("text"), 150, plain=True)


def _section(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        problems.add(at, "missing required field: text")
    if block.get("text") is not None:
        check_text(problems, f"{at}/text", block["text"], 3000)
    if fields is not None:
        problems.count(f"{at}/fields", fields, 1, 10)
        for place, text in enumerate(fields if isinstance(fields, list) else []):
            check_text(problems, f"{at}/fields/{place}", text, 2000)
    if "accessory" in block:
        check_element(problems, f"{at}/accessory", block["accessory"])


def _context(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    for place, element in enumerate(problems.count(f"{at}/elements", block.get("elements"), 1, 10)):
        check_text(problems, f"{at}/elements/{place}", element, 3000)


def _actions(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for place, element in enumerate(problems.count(f"{at}/elements", block.get("elements"), 1, 25)):
        check_element(problems, f"{at}/elements/{place}", element)
        action = element.get("action_id") if isinstance(element, dict) else None
        if action in seen:
            problems.add(f"{at}/elements/{place}/action_id", "`action_id` already exists, should be unique")
        seen.add(str(action))


def _image(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    problems.limit(f"{at}/image_url", block.get("image_url"), 3000)
    problems.limit(f"{at}/alt_text", block.get("alt_text"), 2000)


def _input(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    check_text(problems, f"{at}/label", block.get("label"), 2000, plain=True)
    if block.get("hint") is not None:
        check_text(problems, f"{at}/hint", block["hint"], 2000, plain=True)
    check_element(problems, f"{at}/element", block.get("element"))


def _rich_text(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    known = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    for place, group in enumerate(problems.count(f"{at}/elements", block.get("elements"), 1, 1000)):
        if not isinstance(group, dict) or group.get("type") not in known:
            problems.add(f"{at}/elements/{place}", "unsupported element type")
            continue
        for inner, leaf in enumerate(problems.count(f"{at}/elements/{place}", group.get("elements"), 1, 1000)):
            if isinstance(leaf, dict) and leaf.get("type") == "text":
                problems.limit(f"{at}/elements/{place}/elements/{inner}/text", leaf.get("text"), TOTAL_TEXT)


def _markdown(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    problems.limit(f"{at}/text", block.get("text"), 12_000)


def _divider(problems: Problems, at: str, block: Mapping[str, Any]) -> None:
    """A divider has nothing to check."""


_CHECKS: Mapping[str, Callable[[Problems, str, Mapping[str, Any]], None]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
}
