"""What one written value means. A reader gives the value or raises :class:`Wrong` in words for who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from bot.settings.problems import did_you_mean
from bot.settings.yaml_lines import Items, Node, Scalar, Table
from connectors.text import visible

Parsed = TypeVar("Parsed")
Word = TypeVar("Word", bound=StrEnum)
Check = Callable[[str], object]  # raises ValueError with what to write instead


class Wrong(Exception):
    """A value that is not what its key takes."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def as_text(node: Node, check: Check | None = None) -> str:
    """Text that is not empty and passes the check, without the spaces around it."""
    if not isinstance(node, Scalar):
        raise Wrong("expected text")
    if not isinstance(node.value, str):
        raise Wrong("expected text", f'write it in quotes: "{node.text}"' if node.text else "")
    text = node.value.strip()
    if not text:
        raise Wrong("is empty", "write a value or remove the key")
    if visible(text) != text:
        raise Wrong("has a character in it that nobody sees", "type it anew; what was pasted may say something else")
    try:
        if check:
            check(text)
    except ValueError as error:
        raise Wrong(f'"{text}" is not right here', str(error)) from None
    return text


def as_flag(node: Node) -> bool:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    raise Wrong("expected true or false")


def as_number(node: Node, least: int, most: int) -> int:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise Wrong(f"expected a whole number from {least} to {most}")


def as_fraction(node: Node) -> float:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise Wrong("expected a number from 0 to 1")


def as_word(node: Node, words: type[Word]) -> Word:
    """One word of a vocabulary."""
    text = node.text if isinstance(node, Scalar) else ""
    known = [word.value for word in words]
    if text not in known:
        raise Wrong(f'unknown word "{text}"', did_you_mean(text, known))
    return words(text)


def as_values(node: Node) -> dict[str, Any]:
    """A table as it is written, for a reader outside."""
    if not isinstance(node, Table):
        raise Wrong("expected keys and values")
    return {key: _plain(value) for key, value in node.entries.items()}


def _plain(node: Node) -> Any:
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return as_values(node) if isinstance(node, Table) else node.value


def as_parsed(node: Node, parse: Callable[[str], Parsed]) -> Parsed:
    """Whatever ``parse`` makes of the text; its ValueError is the remedy."""
    if not isinstance(node, Scalar):
        raise Wrong("expected one value")
    try:
        return parse(node.text)
    except ValueError as error:
        raise Wrong(f'"{node.text}" is not right here', str(error)) from None
