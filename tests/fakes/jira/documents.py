"""Is this an Atlassian Document? The few nodes and marks that a plain ticket needs; all else is refused."""

from __future__ import annotations

from typing import Any

_KEYS = {"doc": {"type", "version", "content"}, "paragraph": {"type", "content"}, "text": {"type", "text", "marks"}}


def is_document(value: Any) -> bool:
    """A whole document: version 1, paragraphs of non-empty texts and hard breaks, links as the only marks."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    return set(value) == _KEYS["doc"] and all(_is_paragraph(node) for node in value["content"])


def _is_paragraph(node: Any) -> bool:
    if not isinstance(node, dict) or node.get("type") != "paragraph" or set(node) - _KEYS["paragraph"]:
        return False
    return all(_is_inline(inner) for inner in node.get("content", ()))


def _is_inline(node: Any) -> bool:
    if node == {"type": "hardBreak"}:
        return True
    if not isinstance(node, dict) or node.get("type") != "text" or set(node) - _KEYS["text"]:
        return False
    marks = node.get("marks", [])
    linked = all(mark.get("type") == "link" and set(mark.get("attrs", {})) == {"href"} for mark in marks)
    return isinstance(node.get("text"), str) and node["text"] != "" and linked


def as_text(body: Any) -> str:
    """What a person reads: the lines of a document, or wiki text as it was sent."""
    if isinstance(body, str):
        return body
    lines = ("".join(node.get("text", "\n") for node in each.get("content", ())) for each in body["content"])
    return "\n".join(lines)
